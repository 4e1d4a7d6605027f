// Four views over one desk. On a small screen one at a time, with tabs that count what is new.

import { $ } from "./dom.js";
import { changed, state, words } from "./desk.js";
import { announce } from "./notices.js";

export const VIEWS = ["phone", "channel", "board", "clock"];

const ENTRY = { phone: "phone-text", channel: "channel-text", board: "board-text", clock: "clock-first" };

export function show(view, focus = true) {
  state.view = view;
  state.unseen[view] = 0;
  document.body.dataset.view = view;
  for (const name of VIEWS) $(`view-${name}`).classList.toggle("on", name === view);
  drawTabs();
  if (focus) enter(view);
  changed();
}

function enter(view) {
  const target = view === "channel" ? $("channel-log").lastElementChild ?? $(ENTRY[view]) : $(ENTRY[view]);
  target?.focus();
}

export function drawTabs() {
  for (const tab of document.querySelectorAll("[data-view-tab]")) {
    const view = tab.dataset.viewTab;
    const count = state.unseen[view];
    if (view === state.view) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
    const badge = tab.querySelector(".badge");
    badge.hidden = !count;
    badge.textContent = count ? String(count) : "";
    badge.setAttribute("aria-label", count ? words["console.tab.new"].replace("{count}", count) : "");
  }
}

let said = "";

// Only the newest bubble of the focused view is read aloud.
export function announceNewest() {
  const log = { phone: "phone-log", channel: "channel-log", board: "board-log" }[state.view];
  const newest = log && $(log).lastElementChild;
  const text = newest?.querySelector(".text")?.textContent ?? "";
  const mark = `${state.view}|${newest?.dataset.key}|${text}`;
  if (mark === said || !text) return;
  if (said.split("|")[0] === state.view) announce(text.slice(0, 300));
  said = mark;
}

export function startViews() {
  for (const tab of document.querySelectorAll("[data-view-tab]")) {
    tab.addEventListener("click", () => show(tab.dataset.viewTab));
  }
  for (const view of VIEWS) {
    $(`view-${view}`).addEventListener("focusin", () => {
      if (state.view === view || matchMedia("(max-width: 720px)").matches) return;
      state.view = view;
      state.unseen[view] = 0;
    });
  }
}
