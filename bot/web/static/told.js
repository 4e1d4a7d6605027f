// The strip "Qué pasó": what the last turn did, in one sentence with its clause.

import { $, fill, h } from "./dom.js";
import { state, words } from "./desk.js";
import { inline } from "./icons.js";

export function drawTold() {
  const last = lastTurn();
  const mark = last.map((one) => one.id).join();
  const strip = $("told");
  if (strip.dataset.mark === mark && strip.childNodes.length) return;
  strip.dataset.mark = mark;
  if (!last.length) return fill(strip, words["console.told.empty"]);
  const lines = last.flatMap((one, at) => [at > 0 && " → ", sentence(one)]);
  fill(strip, h("time", { className: "t" }, last[0].hour), " ", lines);
  strip.scrollTop = 0;
  return undefined;
}

// All lines of the newest turn; after a jump of the clock, of every turn that it fired.
function lastTurn() {
  const newest = state.told.at(-1);
  if (!newest) return [];
  const group = newest.group;
  return state.told.filter((one) => one.group === group).slice(-8);
}

function sentence(line) {
  const body = line.spans.map((span) => (span.bold ? h("strong", {}, inline(span.text)) : inline(span.text)));
  if (!line.clause) return body;
  const rule = h("button", { type: "button", className: "clause", onclick: () => explain(line) }, line.clause);
  return [body, " (", rule, ")"];
}

async function explain(line) {
  const dialog = $("clause");
  $("clause-title").textContent = line.clause;
  const answer = await fetch(`/console/clause?of=${encodeURIComponent(line.clause)}`, { credentials: "same-origin" });
  const found = answer.ok ? await answer.json() : { lines: [] };
  fill($("clause-body"), found.lines.map((one) => h("p", {}, inline(one))));
  if (!found.lines.length) fill($("clause-body"), h("p", {}, words["console.clause.none"]));
  dialog.showModal();
}
