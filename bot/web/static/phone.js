// The client's phone: Telegram's own messages drawn, Telegram's own updates sent.

import { $, fill, h, popover, reconcile } from "./dom.js";
import { chatRows, changed, person, post, say, stamp, state, stranger, upload, words } from "./desk.js";
import { icon, inline } from "./icons.js";
import { fileChip } from "./slack.js";
import { entities } from "./text.js";
import { toast, trouble } from "./notices.js";

let quoting = null; // the row being answered or changed
let changing = false;

export function drawPhone() {
  const who = person();
  const rows = who ? chatRows("telegram", String(who.chat)) : [];
  fill($("person-name"), who?.label ?? "");
  fill($("person-why"), who?.why ?? "");
  $("phone-clock").textContent = who?.hour ?? "";
  $("phone-text").placeholder = say("console.phone.write", { name: who?.first ?? "" });
  $("phone-text").disabled = Boolean(state.readOnlyPhone);
  const body = $("phone-body");
  const stick = body.scrollHeight - body.scrollTop - body.clientHeight < 80;
  $("phone-empty").hidden = rows.length > 0;
  if (!rows.length) drawEmpty(who);
  const drawn = rows.map((row) => ({ row, mark: `${row.seq}|${state.clock.day}` }));
  reconcile($("phone-log"), drawn, (one) => one.row.ref, (one) => bubble(one.row));
  if (stick) body.scrollTop = body.scrollHeight;
  drawQuote();
}

function drawEmpty(who) {
  const chips = (who?.samples ?? []).map((text) =>
    h("button", { type: "button", className: "chip", onclick: () => write(text) }, text),
  );
  fill($("phone-empty"), h("p", {}, who?.hello ?? ""), h("div", { className: "row" }, chips));
}

function bubble(row) {
  const message = row.call.params;
  const mine = !row.fromDesk;
  const text = message.text ?? message.caption ?? "";
  const marks = message.entities ?? message.caption_entities ?? [];
  const quoted = message.reply_to_message?.message_id ?? message.reply_parameters?.message_id;
  return h(
    "article",
    { className: `b${mine ? " me" : ""}`, "aria-label": mine ? who(message) : "Radica" },
    quoted && quoteOf(quoted),
    (row.files ?? []).map((file) => fileChip(file, words)),
    text && h("div", { className: "text" }, entities(text, marks)),
    h("div", { className: "foot" }, tools(row, mine), h("time", { className: "t" }, stamp(row), row.edited && ` · ${words["console.edited"]}`)),
    keyboard(row, message),
    reactions(row),
  );
}

const who = (message) => message.from?.first_name ?? person()?.first ?? "";

function quoteOf(id) {
  const row = chatRows("telegram", String(person().chat)).find((one) => one.ref === String(id));
  const text = row?.call.params.text ?? row?.call.params.caption ?? "…";
  return h("q", { className: "quote" }, inline(text.length > 80 ? `${text.slice(0, 80)}…` : text));
}

function reactions(row) {
  if (!row.reactions?.length) return null;
  return h("div", { className: "marks" }, row.reactions.map((one) => h("span", {}, inline(one))));
}

function tools(row, mine) {
  if (state.readOnlyPhone) return null;
  const choose = (label, name, act) =>
    h("button", { type: "button", className: "tool", "aria-label": label, title: label, onclick: act }, icon(name, { size: 14 }));
  const start = (edit) => {
    quoting = row;
    changing = edit;
    if (edit) $("phone-text").value = row.call.params.text ?? "";
    drawQuote();
    $("phone-text").focus();
  };
  return h(
    "span",
    { className: "tools" },
    choose(words["console.reply"], "reply", () => start(false)),
    mine && row.call.params.text && choose(words["console.edit"], "pencil", () => start(true)),
    !mine && choose(words["console.react"], "thumb", () => react(row)),
  );
}

function keyboard(row, message) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  return h(
    "div",
    { className: "keyboard" },
    rows.map((line) => h("div", { className: "keys" }, line.map((one) => key(row, one)))),
  );
}

// A given answer stands where the buttons were, under a code that does nothing.
const INERT = "-";

function key(row, one) {
  if (one.callback_data === INERT) return h("span", { className: "given" }, inline(one.text));
  if (one.url) return h("a", { className: "button", href: one.url, target: "_blank", rel: "noreferrer noopener" }, inline(one.text));
  return h(
    "button",
    { type: "button", "data-press": "", onclick: (event) => press(row, one, event.currentTarget) },
    inline(one.text),
  );
}

function from() {
  const me = person();
  return { id: me.user, is_bot: false, first_name: me.name, language_code: me.language };
}

function base() {
  const me = person();
  return { chat: { id: me.chat, type: "private", first_name: me.name }, from: from() };
}

async function send(update, keep) {
  try {
    const answer = await post("/console/telegram", update);
    for (const call of answer.calls ?? []) {
      if (call.method === "answerCallbackQuery" && call.params.text) toast(call.params.text);
    }
    return true;
  } catch (error) {
    trouble(error);
    if (keep) $("phone-text").value = keep;
    return false;
  }
}

async function press(row, one, button) {
  button.setAttribute("aria-busy", "true");
  const message = { ...row.call.params, message_id: Number(row.ref), chat: base().chat };
  await send({ callback_query: { from: from(), message, chat_instance: String(person().chat), data: one.callback_data } });
  button.removeAttribute("aria-busy");
}

function react(row) {
  const reaction = { ...base(), message_id: Number(row.ref), old_reaction: [], new_reaction: [{ type: "emoji", emoji: "👍" }] };
  return send({ message_reaction: { chat: reaction.chat, user: reaction.from, message_id: reaction.message_id, old_reaction: [], new_reaction: reaction.new_reaction } });
}

export async function write(text) {
  const body = text.trim();
  if (!body) return;
  const update = messageUpdate({ text: body, entities: commandMarks(body) });
  $("phone-text").value = "";
  grow();
  forget();
  await send(update, body);
}

function commandMarks(text) {
  const command = /^\/\w+/.exec(text);
  return command ? [{ type: "bot_command", offset: 0, length: command[0].length }] : undefined;
}

function messageUpdate(content) {
  if (changing && quoting) {
    const at = { message_id: Number(quoting.ref), date: quoting.call.params.date };
    return { edited_message: { ...base(), ...at, ...content } };
  }
  const quote = quoting && {
    reply_to_message: { ...quoting.call.params, message_id: Number(quoting.ref), chat: base().chat },
  };
  return { message: { ...base(), ...content, ...(quote ?? {}) } };
}

function forget() {
  quoting = null;
  changing = false;
  drawQuote();
}

function drawQuote() {
  const bar = $("phone-quote");
  bar.hidden = !quoting;
  if (!quoting) return;
  const label = words[changing ? "console.editing" : "console.replying"];
  fill(bar, h("span", {}, label), h("button", { type: "button", className: "tool", "aria-label": words["console.leave"], onclick: forget }, icon("cross", { size: 14 })));
}

async function attach(file) {
  try {
    const stored = await upload(file);
    const caption = $("phone-text").value.trim();
    const content = file.type.startsWith("image/") ? { photo: [stored.photo] } : { document: stored.document };
    $("phone-text").value = "";
    await send(messageUpdate({ ...content, ...(caption ? { caption } : {}) }), caption);
    forget();
  } catch (error) {
    trouble(error);
  }
}

const EXTRAS = {
  sticker: { sticker: { file_id: "sticker-thumb", file_unique_id: "sticker-thumb", type: "regular", width: 512, height: 512, is_animated: false, is_video: false, emoji: "👍" } },
  voice: { voice: { file_id: "voice-note", file_unique_id: "voice-note", duration: 42, mime_type: "audio/ogg", file_size: 84000 } },
  location: { location: { latitude: 4.65, longitude: -74.05 } },
};

function extras() {
  popover(
    $("phone-clip"),
    [
      { label: words["console.file.any"], pick: () => $("phone-file").click() },
      { label: words["console.file.sticker"], pick: () => send(messageUpdate(EXTRAS.sticker)) },
      { label: words["console.file.voice"], pick: () => send(messageUpdate(EXTRAS.voice)) },
      { label: words["console.file.location"], pick: () => send(messageUpdate(EXTRAS.location)) },
    ],
    (item) => item.pick(),
  );
}

export function newPerson() {
  const fresh = stranger(800_000_000 + Math.floor(Math.random() * 99_999_999));
  state.people = [...state.people, fresh];
  pick(fresh.key);
  $("phone-text").focus();
}

export function pick(key) {
  state.person = key;
  forget();
  $("phone-log").replaceChildren();
  changed();
  if (key === "iris") post("/console/people", { key }).catch(trouble);
}

function people() {
  const rows = state.people.map((one) => ({ label: one.label, why: one.why, chosen: one.key === state.person, key: one.key }));
  const fresh = { label: words["console.person.add"], why: words["console.person.new.why"] };
  popover($("person"), [...rows, fresh], (item) => (item.key ? pick(item.key) : newPerson()));
}

function grow() {
  const box = $("phone-text");
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight, 140)}px`;
}

export function startPhone() {
  $("person").addEventListener("click", people);
  $("phone-clip").addEventListener("click", extras);
  $("phone-file").addEventListener("change", (event) => {
    for (const file of event.target.files) attach(file);
    event.target.value = "";
  });
  $("phone-form").addEventListener("submit", (event) => {
    event.preventDefault();
    write($("phone-text").value);
  });
  $("phone-text").addEventListener("input", grow);
}
