// The keyboard: single letters only while nobody is writing, Alt with a figure presses a button.

import { $ } from "./dom.js";
import { state } from "./desk.js";
import { stepCard, toggleThread, openThread } from "./channel.js";
import { jump } from "./clock.js";
import { newPerson } from "./phone.js";
import { toggleStory } from "./story.js";
import { show } from "./views.js";

const writing = (node) => node?.matches?.("input,textarea,select,[contenteditable]");

const KEYS = {
  1: () => show("phone"), 2: () => show("channel"), 3: () => show("board"), 4: () => show("clock"),
  j: () => stepCard(1), k: () => stepCard(-1), n: () => { show("phone"); newPerson(); },
  t: () => jump("next"), "?": () => help(), " ": () => toggleStory(),
};

export function help() {
  $("help").showModal();
}

function buttons() {
  const inside = document.querySelector("dialog[open]") ?? $(`view-${state.view}`);
  const all = [...inside.querySelectorAll("[data-press]")].filter((one) => one.offsetParent);
  return all.slice(-9);
}

function figures(shown) {
  for (const one of document.querySelectorAll("[data-figure]")) one.removeAttribute("data-figure");
  if (shown) buttons().forEach((one, at) => one.setAttribute("data-figure", at + 1));
}

function pressNth(event) {
  const digit = /^Digit([1-9])$/.exec(event.code)?.[1] ?? (/^[1-9]$/.test(event.key) ? event.key : null);
  if (!digit) return;
  event.preventDefault();
  buttons()[digit - 1]?.click();
  figures(false);
}

function onKey(event) {
  if (event.key === "Alt") return figures(true);
  if (event.altKey) return pressNth(event);
  if (event.ctrlKey || event.metaKey) return undefined;
  if (event.key === "Escape") return back(event);
  if (writing(event.target)) return sendOnEnter(event);
  if (document.querySelector("dialog[open]")) return undefined;
  if (event.key === "Enter") return toggleThread() && event.preventDefault();
  const act = KEYS[event.key];
  if (!act || (event.key === " " && event.target.closest("button,a,summary"))) return undefined;
  event.preventDefault();
  return act();
}

function sendOnEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.tagName !== "TEXTAREA") return;
  if (event.target.closest("dialog")) return;
  event.preventDefault();
  event.target.form?.requestSubmit();
}

function back(event) {
  if (document.querySelector("dialog[open],.menu")) return;
  if (writing(event.target)) event.target.blur();
  else if (state.openThread) openThread(null);
  figures(false);
}

export function startKeys() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("keyup", (event) => event.key === "Alt" && figures(false));
  window.addEventListener("blur", () => figures(false));
  $("help-button").addEventListener("click", help);
}
