// Short notices: a toast as Telegram and Slack show it, banners for what is away, the live region.

import { $, fill, h } from "./dom.js";
import { inline } from "./icons.js";
import { words } from "./desk.js";

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
  if (error?.code === "database") return banner("database", true);
  toast(words[`console.trouble.${error?.code}`] ?? words["console.trouble"]);
}

export function banner(name, shown) {
  $(`banner-${name}`).hidden = !shown;
}

export function announce(text) {
  $("live").textContent = text;
}
