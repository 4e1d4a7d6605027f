// "Ver la historia": the server plays real turns; here it is paced, captioned and paused.

import { $, fill, h } from "./dom.js";
import { acting, changed, post, say, state, words } from "./desk.js";
import { icon } from "./icons.js";
import { openThread } from "./channel.js";
import { pick } from "./phone.js";
import { show } from "./views.js";
import { trouble } from "./notices.js";

let followed = "";

export function drawStory() {
  const story = state.story ?? {};
  const running = story.state === "playing" || story.state === "paused";
  const playing = story.state === "playing";
  const mark = `${story.state}|${story.step}`;
  const button = $("story-button");
  if (button.dataset.mark !== mark) {
    button.dataset.mark = mark;
    const label = playing ? "console.story.pause" : running ? "console.story.resume" : "console.story.play";
    const [act, seconds] = words[label].split(" (");
    const rest = seconds && h("span", { className: "seconds" }, ` (${seconds}`);
    fill(button, icon(playing ? "pause" : "play", { size: 14 }), " ", act, rest);
  }
  $("story").hidden = !story.caption;
  if (!story.caption) return;
  $("story-step").textContent = say("console.story.step", { step: story.step, total: story.total });
  $("story-caption").textContent = story.caption;
  $("story-bar").max = story.total;
  $("story-bar").value = story.step;
  $("story-stop").hidden = !running;
  follow(story);
}

// Each step looks where it happens: the person, the thread, on a phone the one view.
function follow(story) {
  const mark = `${story.run}|${story.step}`;
  if (followed === mark || story.state !== "playing") return;
  followed = mark;
  acting();
  if (story.person && story.person !== state.person) pick(story.person);
  if (story.staff) state.acting = story.staff;
  if (story.view) show(story.view, false);
  if (story.view === "channel") {
    state.tab = "channel";
    if (story.thread) openThread(story.thread);
  }
  changed();
}

export async function story(action) {
  try {
    state.story = await post("/console/story", { action });
    changed();
  } catch (error) {
    trouble(error);
  }
}

export function toggleStory() {
  const now = state.story?.state;
  return story(now === "playing" ? "pause" : now === "paused" ? "resume" : "play");
}

export function startStory() {
  $("story-button").addEventListener("click", toggleStory);
  $("story-stop").addEventListener("click", () => story("stop"));
  $("story-close").addEventListener("click", () => {
    state.story = { ...state.story, caption: "" };
    if (state.story.state === "playing") story("stop");
    changed();
  });
}
