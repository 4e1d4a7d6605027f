// Short notices: a toast as Telegram and Slack show it, banners for what is away, the live region.

import { $, fill, h } from "./dom.js";
import { inline } from "./icons.js";
import { changed, state, words } from "./desk.js";

let timer = 0;

export function toast(text) {
  const box = $("toast");
  fill(box, h("span", {}, inline(text)));
  box.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => {
    box.hidden = true;
  }, 6000);
}

export function trouble(error) {
  if (error?.code === "database") return failed(true);
  toast(words[`console.trouble.${error?.code}`] ?? words["console.trouble"]);
}

let away = 0;

// Shown until something goes through again, or long enough to be read.
export function failed(now) {
  clearTimeout(away);
  state.failed = now;
  if (now) away = setTimeout(() => failed(false), 10_000);
  changed();
}

export function banner(name, shown) {
  $(`banner-${name}`).hidden = !shown;
}

export function announce(text) {
  $("live").textContent = text;
}
