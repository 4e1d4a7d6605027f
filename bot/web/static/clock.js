// The clock of the whole desk: it tells the hour, names the next timer, and only goes forwards.

import { $ } from "./dom.js";
import { post, state, words } from "./desk.js";
import { trouble } from "./notices.js";

let jumping = false;

export function drawClock() {
  const clock = state.clock;
  $("now").textContent = clock.text;
  $("now").dateTime = clock.now;
  $("place").textContent = clock.place;
  $("next").textContent = clock.next ? `${clock.next.text}` : words["console.clock.nothing"];
  for (const button of document.querySelectorAll("[data-jump]")) {
    button.disabled = jumping || !clock.movable || (button.dataset.jump === "next" && !clock.next);
  }
  $("jumping").hidden = !jumping;
}

export async function jump(by) {
  if (jumping || !state.clock.movable) return;
  jumping = true;
  drawClock();
  try {
    await post("/console/clock", { by });
    state.actedAt = performance.now(); // however long the jump took
  } catch (error) {
    trouble(error);
  }
  jumping = false;
  drawClock();
}

export function startClock() {
  for (const button of document.querySelectorAll("[data-jump]")) {
    button.addEventListener("click", () => jump(button.dataset.jump));
  }
}
