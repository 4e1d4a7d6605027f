// The console's page: draws what the desk tells, sends what people do.

import { $, read } from "./dom.js";
import { apply, listen, onChange, post, state } from "./desk.js";
import { banner, trouble } from "./notices.js";
import { drawBoard, startBoard } from "./board.js";
import { drawChannel, startChannel } from "./channel.js";
import { drawClock, startClock } from "./clock.js";
import { drawPhone, startPhone } from "./phone.js";
import { drawStory, startStory } from "./story.js";
import { drawTold } from "./told.js";
import { announceNewest, drawTabs, show, startViews } from "./views.js";
import { startKeys } from "./keys.js";

function draw() {
  drawClock();
  drawPhone();
  drawChannel();
  drawBoard();
  drawStory();
  drawTold();
  drawTabs();
  announceNewest();
  banner("database", state.failed || state.health?.database === false);
}

function theme() {
  const dark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  const next = dark ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem("radica.theme", next);
}

async function language(event) {
  try {
    await post("/console/language", { language: event.currentTarget.dataset.language });
    location.reload();
  } catch (error) {
    trouble(error);
  }
}

const kept = localStorage.getItem("radica.theme");
if (kept) document.documentElement.dataset.theme = kept;
$("theme").addEventListener("click", theme);
for (const button of document.querySelectorAll("[data-language]")) button.addEventListener("click", language);
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}
$("policy").addEventListener("click", () => $("policy-dialog").showModal());
startViews();
startPhone();
startChannel();
startBoard();
startClock();
startStory();
startKeys();
onChange(draw);
apply(read("news"));
show("phone", false);
draw();
document.body.dataset.ready = "yes";
listen(
  () => banner("lost", true),
  () => banner("lost", false),
);
