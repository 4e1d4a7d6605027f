// What can be done to a message of the workroom: change it, take it away, react to it.

import { $, fill, h } from "./dom.js";
import { state, words } from "./desk.js";
import { icon } from "./icons.js";

const THUMB = { name: "+1", drawn: "👍" };

export const changing = { row: null };

// `send` posts one event as `me`.
export function tools(row, me, send) {
  if (row.only || row.chat.startsWith("home:") || !me) return null;
  const params = row.call.params;
  const own = row.call.method === "message" && params.user === me.slack;
  return h(
    "span",
    { className: "tools" },
    tool("console.react", "thumb", () => send(reaction(row, me), me)),
    own && params.text && tool("console.edit", "pencil", () => start(row)),
    own && tool("console.delete", "bin", () => window.confirm(words["console.delete.sure"]) && send(deletion(row), me)),
  );
}

function tool(key, name, act) {
  return h("button", { type: "button", className: "tool", "data-keep": key, "aria-label": words[key], title: words[key], onclick: act }, icon(name, { size: 14 }));
}

function start(row) {
  changing.row = row;
  $("channel-text").value = raw(row.call.params.text);
  drawChanging();
  $("channel-text").focus();
}

export function stopChanging() {
  changing.row = null;
  drawChanging();
}

function drawChanging() {
  const bar = $("channel-quote");
  bar.hidden = !changing.row;
  const leave = () => {
    $("channel-text").value = "";
    stopChanging();
  };
  if (changing.row) fill(bar, h("span", {}, words["console.editing"]), h("button", { type: "button", className: "tool", "aria-label": words["console.leave"], onclick: leave }, icon("cross", { size: 14 })));
}

export const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const raw = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

// Slack's own events, without the ids and times that are Slack's to give
export function edit(row, text) {
  return about(row, "message_changed", { message: { ...said(row), text: escaped(text) } });
}

function deletion(row) {
  return about(row, "message_deleted", { deleted_ts: row.ref });
}

function about(row, subtype, more) {
  const kind = row.chat.startsWith("D") ? "im" : "channel";
  return { type: "message", subtype, hidden: true, channel: row.chat, channel_type: kind, previous_message: said(row), ...more };
}

function said(row) {
  const { user, text, files } = row.call.params;
  return { type: "message", user, text, ts: row.ref, ...(row.thread ? { thread_ts: row.thread } : {}), ...(files ? { files } : {}) };
}

function reaction(row, me) {
  const there = (row.reactions ?? []).includes(THUMB.drawn);
  const item = { type: "message", channel: row.chat, ts: row.ref };
  return { type: there ? "reaction_removed" : "reaction_added", user: me.slack, reaction: THUMB.name, item, item_user: row.call.params.user ?? state.bot.slack };
}
