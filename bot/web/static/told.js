// The strip "Qué pasó": what the last turn did, in one sentence with its clause.

import { $, fill, h } from "./dom.js";
import { state, words } from "./desk.js";
import { inline } from "./icons.js";

const OWN = 8000; // milliseconds in which what happens still belongs to what was done here
const MOST = 8;

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

// Everything since the last thing done on this page; for what others did, the newest turn.
function lastTurn() {
  const newest = state.told.at(-1);
  if (!newest) return [];
  const own = state.told.filter((one) => one.id > state.toldFrom && one.arrived - state.actedAt < OWN);
  if (own.length && own.at(-1) === newest) return own.slice(-MOST);
  return state.told.filter((one) => one.group === newest.group).slice(-MOST);
}

// The clause is pressed where it stands in the sentence, or after it.
function sentence(line) {
  const rule = (text) => h("button", { type: "button", className: "clause", onclick: () => explain(line) }, text);
  let placed = !line.clause;
  const body = line.spans.map((span) => {
    const here = !placed && span.text.includes(line.clause);
    placed ||= here;
    if (here) return rule(span.text);
    return span.bold ? h("strong", {}, inline(span.text)) : inline(span.text);
  });
  return placed ? body : [body, " (", rule(line.clause), ")"];
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
