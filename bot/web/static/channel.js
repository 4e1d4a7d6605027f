// The engineers' side: cards, their threads, direct messages and Home, in Slack's own blocks.

import { $, fill, h, reconcile } from "./dom.js";
import { changed, chatRows, nameOf, post, say, staff, stamp, state, upload, words } from "./desk.js";
import { icon, inline } from "./icons.js";
import { showView } from "./modal.js";
import { drawBlocks, fileChip } from "./slack.js";
import { mrkdwn } from "./text.js";
import { trouble } from "./notices.js";
import { changing, edit, escaped, stopChanging, tools } from "./tools.js";

export const reading = { card: 0 };

export function drawChannel() {
  drawWho();
  const home = state.tab === "home";
  const chat = state.tab === "channel" ? state.channel.id : staff()?.dm;
  const rows = home ? [] : chatRows("slack", chat);
  $("channel-log").hidden = home;
  $("channel-home").hidden = !home;
  if (home) return drawHome();
  const body = $("channel-body");
  const stick = body.scrollHeight - body.scrollTop - body.clientHeight < 120;
  const tops = rows.filter((row) => !row.thread || row.thread === row.ref);
  $("channel-empty").hidden = rows.length > 0;
  $("channel-empty").textContent = words[state.tab === "channel" ? "console.channel.empty" : "console.direct.empty"];
  const groups = tops.map((row) => withThread(row, rows));
  reconcile($("channel-log"), groups, (group) => group.row.ref, drawGroup);
  drawComposer(tops);
  if (stick) body.scrollTop = body.scrollHeight;
  return undefined;
}

function withThread(row, rows) {
  const replies = rows.filter((one) => one.thread === row.ref && one.ref !== row.ref);
  const open = state.openThread === row.ref;
  const marks = open ? replies.map((one) => one.seq).join(",") : replies.length;
  return { row, replies, open, mark: `${row.seq}|${open}|${marks}|${state.acting}|${state.clock.day}` };
}

function drawWho() {
  const rows = state.staff.filter((one) => one.role === "engineer");
  const buttons = rows.map((one) =>
    h("button", { type: "button", className: one.key === state.acting ? "p" : null, "aria-pressed": String(one.key === state.acting), onclick: () => act(one.key) }, one.first),
  );
  if ($("staff").dataset.drawn !== state.acting) fill($("staff"), buttons);
  $("staff").dataset.drawn = state.acting;
  for (const tab of document.querySelectorAll("[data-tab]")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.tab === state.tab));
  }
  $("channel-name").textContent = `#${state.channel.name}`;
  const direct = chatRows("slack", staff()?.dm).filter((row) => row.fromDesk).length;
  $("direct-count").textContent = direct ? String(direct) : "";
}

export function act(key) {
  state.acting = key;
  stopChanging();
  state.openThread = state.tab === "channel" ? state.openThread : null;
  changed();
}

function drawGroup({ row, replies, open }) {
  return h(
    "article",
    { className: "group", tabIndex: -1, "aria-label": (row.call.params.text ?? "").slice(0, 120) },
    message(row, staff),
    replies.length > 0 && threadButton(row, replies, open),
    open && h("div", { className: "th" }, replies.map((one) => message(one, staff))),
  );
}

function threadButton(row, replies, open) {
  const label = say(open ? "console.thread.close" : "console.thread.open", { count: replies.length });
  return h("button", { type: "button", className: "fold", "aria-expanded": String(open), "data-keep": "fold", onclick: () => openThread(open ? null : row.ref) }, icon(open ? "down" : "right", { size: 13 }), " ", label);
}

export function openThread(ref) {
  state.openThread = ref;
  changed();
}

// One Slack message, by the app or by a person. `actor` says who would press its buttons.
export function message(row, actor) {
  const params = row.call.params;
  const only = row.only && h("span", { className: "only" }, icon("eye", { size: 13 }), " ", say("console.only", { name: nameOf(row.only) }));
  if (!row.fromDesk) return personal(row, params, actor);
  const card = cardOf(params);
  const context = ctx(row, actor);
  const time = h("time", { className: "t" }, stamp(row));
  return h(
    "div",
    { className: `m${row.only ? " eph" : ""}${card ? ` card ${card.tone}` : ""}` },
    only,
    !card && !row.only && h("div", { className: row.thread ? "by mut" : "by" }, h("strong", {}, "Radica"), " ", time),
    body(params, context),
    (row.files ?? []).map((file) => fileChip(file, words)),
    marks(row),
    tools(row, actor(), happen),
  );
}

// One event of Slack's, by one person.
const happen = (event, me) => run("/console/slack/event", { event }, me);

function body(params, context) {
  if (params.blocks?.length) return drawBlocks(params.blocks, context);
  if (!params.text) return null;
  return h("div", { className: "text" }, mrkdwn(params.text, nameOf));
}

// A card's header block carries its number and tone: `card:1042:high`.
function cardOf(params) {
  const [kind, number, tone] = (params.blocks?.[0]?.block_id ?? "").split(":");
  return kind === "card" ? { number, tone } : null;
}

function personal(row, params, actor) {
  const note = /^\s*(\/\/|🔒)/u.test(params.text ?? "");
  return h(
    "div",
    { className: `m said${note ? " note" : ""}` },
    h("div", {}, note && icon("lock", { size: 14 }), " ", h("strong", {}, nameOf(params.user)), " ", h("time", { className: "t" }, stamp(row)), row.edited && h("span", { className: "t" }, ` · ${words["console.edited"]}`), " ", marks(row), tools(row, actor(), happen)),
    params.text && h("div", { className: "text" }, mrkdwn(params.text, nameOf)),
    (row.files ?? []).map((file) => fileChip(file, words)),
  );
}

function marks(row) {
  if (!row.reactions?.length) return null;
  return h("span", { className: "marks" }, row.reactions.map((one) => h("span", {}, inline(one))));
}

export function ctx(row, actor) {
  return {
    names: nameOf,
    words,
    staff: state.staff,
    fileUrl: (id) => (row.files ?? []).find((file) => file.ref === id)?.url,
    act: (action, node) => interact(row, action, node, actor()),
  };
}

async function interact(row, action, node, me) {
  node.setAttribute("aria-busy", "true");
  await run("/console/slack/interaction", {
    type: "block_actions",
    user: { id: me.slack, username: me.first, team_id: "local" },
    channel: { id: row.chat },
    container: { type: "message", message_ts: row.ref, channel_id: row.chat, is_ephemeral: Boolean(row.only), ...(row.thread ? { thread_ts: row.thread } : {}) },
    message: { ...row.call.params, ts: row.ref },
    actions: [action],
  }, me);
  node.removeAttribute("aria-busy");
}

// Posts one payload; what the desk shows at once (a toast, a modal) comes back in the answer.
export async function run(path, payload, me) {
  try {
    const answer = await post(path, payload);
    for (const call of answer.calls ?? []) immediate(call, me);
    return answer;
  } catch (error) {
    trouble(error);
    return null;
  }
}

function immediate(call, me) {
  if (call.method.startsWith("views.") && call.method !== "views.publish") showView(call.params.view, me, run, call.params.view_id);
}

function drawHome() {
  const view = state.homes?.[staff()?.slack];
  const rows = chatRows("slack", `home:${staff()?.slack}`);
  const last = rows.at(-1);
  $("channel-empty").hidden = true;
  const node = $("channel-home");
  const mark = `${staff()?.slack}|${last?.seq ?? 0}`;
  if (node.dataset.mark === mark) return;
  node.dataset.mark = mark;
  const drawn = last ? drawBlocks(last.call.params.view?.blocks, ctx(last, staff)) : h("p", { className: "mut" }, words["console.home.empty"]);
  fill(node, view ?? drawn);
}

async function openTab(tab) {
  state.tab = tab;
  state.openThread = null;
  stopChanging();
  changed();
  if (tab !== "home") return;
  const me = staff();
  await run("/console/slack/event", { event: { type: "app_home_opened", user: me.slack, channel: me.dm, tab: "home" } }, me);
}

function drawComposer(tops) {
  const top = state.openThread && tops.find((row) => row.ref === state.openThread);
  const number = (top && cardOf(top.call.params)?.number) ?? "";
  const hint = top ? say("console.thread.write", { number }) : say("console.channel.write", { name: state.tab === "channel" ? `#${state.channel.name}` : "Radica" });
  $("channel-text").placeholder = hint;
  $("channel-hint").hidden = !top;
}

async function submit(event) {
  event.preventDefault();
  const text = $("channel-text").value.trim();
  if (!text) return;
  $("channel-text").value = "";
  const answer = await (changing.row ? revise(text) : sendAs(staff(), text));
  if (!answer) $("channel-text").value = text;
}

const chatOf = (me) => (state.tab === "channel" ? state.channel.id : me.dm);

function sendAs(me, text) {
  const ordered = text.startsWith("/") && !text.startsWith("//");
  return ordered ? command(text, me, chatOf(me)) : speak(text, me, chatOf(me));
}

function revise(text) {
  const { row } = changing;
  stopChanging();
  return happen(edit(row, text), staff());
}

// Files go with what stands in the box, as one message.
async function attach(chosen) {
  const me = staff();
  const text = $("channel-text").value.trim();
  try {
    const stored = await Promise.all([...chosen].map(upload));
    $("channel-text").value = "";
    const answer = await speak(text, me, chatOf(me), stored.map((one) => one.slack));
    if (!answer) $("channel-text").value = text;
  } catch (error) {
    trouble(error);
  }
}

export function command(text, me, chat) {
  const [name, ...rest] = text.split(" ");
  return run("/console/slack/command", { command: name, text: rest.join(" "), user_id: me.slack, user_name: me.first, channel_id: chat }, me);
}

export function speak(text, me, chat, files = []) {
  const thread = state.openThread && chat === state.channel.id ? { thread_ts: state.openThread } : {};
  const kind = chat.startsWith("D") ? "im" : "channel";
  return run("/console/slack/event", { event: { type: "message", channel: chat, channel_type: kind, user: me.slack, text: escaped(text), ...thread, ...(files.length ? { files, subtype: "file_share" } : {}) } }, me);
}

export function stepCard(by) {
  const groups = [...$("channel-log").children];
  if (!groups.length) return;
  reading.card = Math.max(0, Math.min(groups.length - 1, groups.indexOf(document.activeElement?.closest(".group")) + by));
  groups[reading.card].focus();
  groups[reading.card].scrollIntoView({ block: "nearest" });
}

export function toggleThread() {
  const group = document.activeElement?.closest?.(".group");
  if (!group || document.activeElement !== group) return false;
  openThread(state.openThread === group.dataset.key ? null : group.dataset.key);
  return true;
}

export function startChannel() {
  $("channel-form").addEventListener("submit", submit);
  $("channel-clip").addEventListener("click", () => $("channel-file").click());
  $("channel-file").addEventListener("change", async (event) => {
    if (event.target.files.length) await attach(event.target.files);
    event.target.value = "";
  });
  for (const tab of document.querySelectorAll("[data-tab]")) {
    tab.addEventListener("click", () => openTab(tab.dataset.tab));
  }
}

