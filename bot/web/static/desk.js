// What the page knows, and its two ways to the server: one stream in, small posts out.

import { read } from "./dom.js";

const first = read("first");

export const state = {
  ...first,
  rows: new Map(),
  told: [],
  toldFrom: 0, // the newest line before the last thing done here
  actedAt: -Infinity,
  failed: false, // the last thing done here found no database
  person: first.people[0]?.key ?? "",
  acting: first.staff.find((one) => one.role === "engineer")?.key ?? "",
  supervisor: first.staff.find((one) => one.role === "supervisor")?.key ?? "",
  view: "phone",
  openThread: null,
  tab: "channel",
  unseen: { phone: 0, channel: 0, board: 0, clock: 0 },
};

export const words = first.words;

export function say(key, facts = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
}

const listeners = new Set();
let queued = false;

export function onChange(listener) {
  listeners.add(listener);
}

export function changed() {
  if (queued) return;
  queued = true;
  requestAnimationFrame(() => {
    queued = false;
    for (const listener of listeners) listener();
  });
}

// The hour of a message, with its day when that is not today.
export function stamp(row) {
  return row.day === state.clock.day ? row.hour : `${row.day}, ${row.hour}`;
}

export function keyOf(row) {
  return `${row.channel}/${row.chat}/${row.ref}`;
}

export function chatRows(channel, chat) {
  const rows = [...state.rows.values()].filter((row) => row.channel === channel && row.chat === chat);
  return rows.sort((a, b) => a.order - b.order);
}

export const person = () => state.people.find((one) => one.key === state.person);
export const staff = () => state.staff.find((one) => one.key === state.acting);
export const supervisor = () => state.staff.find((one) => one.key === state.supervisor);

export function nameOf(id) {
  const known = state.staff.find((one) => one.slack === id);
  if (known) return known.name;
  return id === state.channel.id ? state.channel.name : id === state.bot.slack ? "Radica" : id;
}

function takeRow(row) {
  const key = keyOf(row);
  const old = state.rows.get(key);
  if (old && old.seq > row.seq) return;
  if (row.deleted) state.rows.delete(key);
  else state.rows.set(key, { ...row, order: Number.parseFloat(row.ref) || 0, mark: row.seq });
  if (!old && row.fromDesk) countUnseen(row);
}

function countUnseen(row) {
  const view = row.channel === "telegram" ? "phone" : row.chat === supervisor()?.dm ? "board" : "channel";
  if (view !== state.view && document.body.dataset.ready) state.unseen[view] += 1;
}

export function apply(news) {
  for (const row of news.rows ?? []) takeRow(row);
  for (const line of news.told ?? []) {
    if (!state.told.some((one) => one.id === line.id)) state.told.push({ ...line, arrived: performance.now() });
  }
  state.told = state.told.slice(-60);
  for (const name of ["clock", "board", "story", "health"]) {
    if (news[name]) state[name] = news[name];
  }
  if (news.people) state.people = [...news.people, ...state.people.filter((one) => one.fresh)];
  meetStrangers();
  changed();
}

// Somebody who wrote here as a new person is still there after a reload, and in other tabs.
function meetStrangers() {
  const known = new Set(state.people.map((one) => String(one.chat)));
  for (const row of state.rows.values()) {
    if (row.channel !== "telegram" || known.has(row.chat)) continue;
    known.add(row.chat);
    state.people = [...state.people, stranger(Number(row.chat))];
  }
}

export function stranger(user) {
  const name = words["console.person.new"];
  return {
    key: `new-${user}`, fresh: true, name, first: name, label: `${name} ${String(user).slice(-2)}`,
    why: words["console.person.new.why"], user, chat: user, language: state.language,
    hello: words["console.person.new.hello"], samples: ["/start", "hola"],
  };
}

// From here on, what the desk tells is about what was just done.
export function acting() {
  state.toldFrom = state.told.at(-1)?.id ?? 0;
  state.actedAt = performance.now();
}

export async function post(path, body) {
  acting();
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-radica-token": first.token },
    body: JSON.stringify(body),
    credentials: "same-origin",
  });
  const payload = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new DeskError(payload.error ?? `http.${answer.status}`, payload);
  state.failed = false;
  return payload;
}

export async function upload(file) {
  const answer = await fetch(`/console/files?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    headers: { "content-type": file.type || "application/octet-stream", "x-radica-token": first.token },
    body: file,
    credentials: "same-origin",
  });
  const payload = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new DeskError(payload.error ?? `http.${answer.status}`, payload);
  return payload;
}

export class DeskError extends Error {
  constructor(code, payload) {
    super(code);
    this.code = code;
    this.payload = payload;
  }
}

// The stream. The browser sends Last-Event-ID by itself when it comes back; after a refused
// connection (the desk is restarting) it gives up, so it is opened again with the last number.
let lastId = first.cursor;
let source = null;
let retry = 500;

export function listen(onLost, onBack) {
  source?.close();
  source = new EventSource(`/console/events?after=${encodeURIComponent(lastId)}`);
  source.onopen = () => {
    retry = 500;
    onBack();
  };
  source.addEventListener("news", (event) => {
    if (event.lastEventId) lastId = event.lastEventId;
    apply(JSON.parse(event.data));
  });
  source.onerror = () => {
    onLost();
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listen(onLost, onBack), retry);
    retry = Math.min(retry * 2, 8000);
  };
}
