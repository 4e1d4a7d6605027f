// Slack's modals from view dicts: a native dialog, and what was filled in goes back as Slack sends it.

import { $, fill, h } from "./dom.js";
import { nameOf, state, words } from "./desk.js";
import { inline } from "./icons.js";
import { drawBlocks, fieldValue } from "./slack.js";

let current = null; // {view, me, run}

export function showView(view, me, run, id) {
  const dialog = $("modal");
  current = { view: { ...view, id: view.id ?? id ?? "V0LOCAL" }, me, run };
  const kept = values();
  fill(
    dialog,
    h(
      "form",
      { method: "dialog", onsubmit: submit, "aria-labelledby": "modal-title" },
      h("h2", { id: "modal-title" }, inline(view.title?.text ?? "")),
      h("div", { className: "modal-body" }, drawBlocks(view.blocks, context())),
      h("p", { className: "fault", id: "modal-fault", role: "alert", hidden: true }),
      h(
        "div",
        { className: "row end" },
        h("button", { type: "button", onclick: close }, view.close?.text ?? words["console.close"]),
        view.submit && h("button", { type: "submit", className: "p" }, inline(view.submit.text)),
      ),
    ),
  );
  restore(kept);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input,textarea,select")?.focus();
}

function context() {
  return { names: nameOf, words, staff: state.staff, act: press, fileUrl: () => "" };
}

async function press(action) {
  const { view, me, run } = current;
  await run("/console/slack/interaction", {
    type: "block_actions",
    user: { id: me.slack, username: me.first, team_id: "local" },
    container: { type: "view", view_id: view.id },
    view: { ...view, state: { values: values() } },
    actions: [action],
  }, me);
}

function fields() {
  return [...$("modal").querySelectorAll("[data-action]")];
}

function values() {
  const all = {};
  for (const field of fields()) {
    all[field.dataset.block] ??= {};
    all[field.dataset.block][field.dataset.action] = fieldValue(field);
  }
  return all;
}

// A redrawn view keeps what the person had already written in fields of the same name.
function restore(kept) {
  for (const field of fields()) {
    const old = kept[field.dataset.block]?.[field.dataset.action];
    if (typeof old?.value === "string" && !field.value) field.value = old.value;
  }
}

async function submit(event) {
  event.preventDefault();
  const { view, me, run } = current;
  const answer = await run("/console/slack/view", {
    type: "view_submission",
    user: { id: me.slack, username: me.first, team_id: "local" },
    view: { ...view, state: { values: values() } },
  }, me);
  if (!answer) return fault("modal-fault", words["console.trouble"]);
  const ack = answer.ack ?? {};
  if (ack.response_action === "errors") return faults(ack.errors);
  if (ack.response_action === "update" || ack.response_action === "push") return showView(ack.view, me, run, view.id);
  if (current.view === view || !answer.calls?.some((call) => call.method.startsWith("views."))) close();
  return undefined;
}

function faults(errors) {
  for (const node of $("modal").querySelectorAll("[data-fault]")) {
    const text = errors[node.dataset.fault];
    node.hidden = !text;
    fill(node, inline(text ?? ""));
  }
  const first = Object.keys(errors)[0];
  $("modal").querySelector(`[data-field="${CSS.escape(first)}"] :is(input,textarea,select)`)?.focus();
}

function fault(id, text) {
  $(id).hidden = false;
  $(id).textContent = text;
}

export function close() {
  current = null;
  $("modal").close();
}
