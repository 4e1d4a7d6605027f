// The supervisor's board: the desk's figures, and Lucía's direct messages with the reports.

import { $, fill, h, reconcile } from "./dom.js";
import { chatRows, state, supervisor, words } from "./desk.js";
import { inline } from "./icons.js";
import { command, message, speak } from "./channel.js";

const ANSWER = 5 * 60_000; // milliseconds of the desk's clock

export function drawBoard() {
  const me = supervisor();
  $("board-who").textContent = me?.first ?? "";
  const board = state.board ?? { tiles: [] };
  const mark = JSON.stringify(board);
  if ($("tiles").dataset.mark !== mark) {
    $("tiles").dataset.mark = mark;
    fill($("tiles"), board.tiles.map((one) => h("div", {}, h("dt", { className: "mut" }, one.label), h("dd", {}, one.value))));
    fill($("board-look"), board.look ? [h("strong", {}, words["console.board.look"]), " ", inline(board.look)] : "");
  }
  $("tiles").hidden = !board.any;
  const rows = chatRows("slack", me?.dm);
  $("board-empty").hidden = Boolean(board.any) || rows.length > 0;
  $("board-samples").hidden = !board.any;
  const body = $("board-body");
  const stick = rows.length !== Number(body.dataset.count ?? 0);
  const shown = rows.filter((row) => !row.thread || row.thread === row.ref);
  reconcile($("board-log"), shown.map((row) => ({ row, mark: `${row.seq}|${state.clock.day}` })), (one) => one.row.ref, ({ row }) => message(row, supervisor));
  body.dataset.count = rows.length;
  if (stick) showNewest(shown);
}

// A report is read from the top: the newest command stands first, its answer below it. What comes
// long after the command is no answer to it: then the newest message stands first.
function showNewest(rows) {
  const log = $("board-log");
  const command = rows.findLast((row) => !row.fromDesk);
  const answered = command && Date.parse(rows.at(-1).at) - Date.parse(command.at) < ANSWER;
  const asked = (answered && [...log.querySelectorAll(".said")].at(-1)) || log.lastElementChild;
  if (asked) $("board-body").scrollTop = asked.offsetTop - $("board-body").offsetTop - 8;
}

export async function ask(text) {
  const me = supervisor();
  $("board-text").value = "";
  const answer = text.startsWith("/") ? await command(text, me, me.dm) : await speak(text, me, me.dm);
  if (!answer) $("board-text").value = text;
}

export function startBoard() {
  $("board-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("board-text").value.trim();
    if (text) ask(text);
  });
  for (const chip of document.querySelectorAll("#board-samples button")) {
    chip.addEventListener("click", () => ask(chip.textContent));
  }
}
