// A small Slack: it draws the blocks that the desk's renderer made and says what was pressed.

import { h, popover } from "./dom.js";
import { icon, inline } from "./icons.js";
import { mrkdwn, richText, textObject } from "./text.js";

let serial = 0;

// ctx: {names, act(action, element), staff, fileUrl, words}
export function drawBlocks(list, ctx) {
  return (list ?? []).map((block) => (DRAW[block.type] ?? unknown)(block, ctx));
}

function unknown(block) {
  return h("p", { className: "mut" }, block.type ?? "?");
}

const DRAW = {
  section: (block, ctx) =>
    h(
      "div",
      { className: "section" },
      h(
        "div",
        { className: "prose" },
        block.text && h("div", { className: "text" }, textObject(block.text, ctx.names)),
        block.fields &&
          h("div", { className: "fields" }, block.fields.map((one) => h("div", {}, textObject(one, ctx.names)))),
      ),
      block.accessory && element(block.accessory, block, ctx),
    ),
  header: (block, ctx) => h("h3", { className: "head" }, textObject(block.text, ctx.names)),
  divider: () => h("hr", {}),
  context: (block, ctx) =>
    h("div", { className: "context" }, (block.elements ?? []).map((one) => contextPart(one, ctx))),
  rich_text: (block, ctx) => h("div", { className: "text" }, richText(block, ctx.names)),
  markdown: (block, ctx) => h("div", { className: "text" }, mrkdwn(block.text, ctx.names)),
  actions: (block, ctx) =>
    h("div", { className: "row" }, (block.elements ?? []).map((one) => element(one, block, ctx))),
  image: (block, ctx) => picture(block, ctx),
  table: (block, ctx) => table(block, ctx),
  input: (block, ctx) => input(block, ctx),
};

function contextPart(one, ctx) {
  if (one.type === "image") return picture(one, ctx);
  return h("span", {}, textObject(one, ctx.names));
}

function picture(block, ctx) {
  const source = block.image_url ?? ctx.fileUrl?.(block.slack_file?.id ?? block.slack_file?.url) ?? "";
  if (!source.startsWith("/")) return h("p", { className: "mut" }, block.alt_text ?? "");
  return h("img", { src: source, alt: block.alt_text ?? "", loading: "lazy" });
}

function table(block, ctx) {
  const rows = block.rows.map((row, at) =>
    h("tr", {}, row.map((cell) => h(at ? "td" : "th", {}, cellText(cell, ctx)))),
  );
  return h("div", { className: "scroller", tabIndex: 0 }, h("table", {}, rows));
}

function cellText(cell, ctx) {
  return cell.type === "rich_text" ? richText(cell, ctx.names) : inline(cell.text ?? "");
}

// Interactive elements in a message
function element(one, block, ctx) {
  const base = { action_id: one.action_id, block_id: block.block_id, type: one.type };
  if (one.type === "button") return pushButton(one, base, ctx);
  if (one.type === "overflow") return overflow(one, base, ctx);
  if (one.type === "image") return picture(one, ctx);
  return choose(one, base, ctx);
}

function pushButton(one, base, ctx) {
  if (one.url)
    return h("a", { className: "button", href: one.url, target: "_blank", rel: "noreferrer noopener" }, inline(one.text.text));
  return h(
    "button",
    {
      type: "button",
      className: one.style === "primary" ? "p" : one.style === "danger" ? "danger" : null,
      "aria-label": one.accessibility_label ?? null,
      "data-press": "",
      onclick: (event) => press(one, base, ctx, event),
    },
    inline(one.text.text),
  );
}

function press(one, base, ctx, event) {
  const confirm = one.confirm;
  if (confirm && !window.confirm(`${confirm.title?.text ?? ""}\n${confirm.text?.text ?? ""}`)) return;
  ctx.act({ ...base, value: one.value ?? "", text: one.text }, event.currentTarget);
}

function overflow(one, base, ctx) {
  serial += 1;
  const button = h(
    "button",
    {
      type: "button",
      id: `over-${serial}`,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-press": "",
      "data-keep": "overflow",
      onclick: () =>
        popover(
          button,
          one.options.map((option) => ({ label: option.text.text, why: option.description?.text, option })),
          (item) => ctx.act({ ...base, selected_option: item.option }, button),
        ),
    },
    ctx.words["console.more"],
  );
  return button;
}

function choose(one, base, ctx) {
  const options = optionsOf(one, ctx);
  const select = h(
    "select",
    {
      "aria-label": one.placeholder?.text ?? ctx.words["console.choose"],
      onchange: () => {
        const picked = options[select.selectedIndex - 1];
        if (picked) ctx.act(chosen(one, base, picked), select);
      },
    },
    h("option", {}, one.placeholder?.text ?? "…"),
    options.map((option) => h("option", { value: option.value }, option.text.text)),
  );
  return select;
}

function chosen(one, base, picked) {
  if (one.type === "users_select") return { ...base, selected_user: picked.value };
  return { ...base, selected_option: picked };
}

export function optionsOf(one, ctx) {
  if (one.type === "users_select")
    return ctx.staff.map((person) => ({ text: { type: "plain_text", text: person.name }, value: person.slack }));
  const grouped = (one.option_groups ?? []).flatMap((group) => group.options);
  return [...(one.options ?? []), ...grouped];
}

// Inputs in a modal; the modal reads them back by the names kept in data attributes
function input(block, ctx) {
  serial += 1;
  const one = block.element;
  const id = `field-${serial}`;
  const grouped = one.type === "radio_buttons" || one.type === "checkboxes";
  const field = grouped ? pickers(one, id) : control(one, id, ctx);
  field.dataset.block = block.block_id;
  field.dataset.action = one.action_id;
  field.dataset.kind = one.type;
  if (block.dispatch_action) field.addEventListener("change", () => ctx.act(dispatched(block, one, field), field));
  const label = [
    inline(block.label?.text ?? ""),
    block.optional && h("span", { className: "mut" }, ` (${ctx.words["console.optional"]})`),
  ];
  return h(
    grouped ? "fieldset" : "div",
    { className: "field", "data-field": block.block_id },
    grouped ? h("legend", {}, label) : h("label", { for: id }, label),
    field,
    block.hint && h("p", { className: "mut" }, inline(block.hint.text)),
    h("p", { className: "fault", "data-fault": block.block_id, role: "alert", hidden: true }),
  );
}

function dispatched(block, one, field) {
  return { type: one.type, action_id: one.action_id, block_id: block.block_id, ...fieldValue(field) };
}

function control(one, id, ctx) {
  if (one.type === "plain_text_input" || one.type === "email_text_input" || one.type === "number_input") {
    const shape = { id, placeholder: one.placeholder?.text ?? null, maxLength: one.max_length ?? 3000 };
    const node = one.multiline ? h("textarea", { ...shape, rows: 4 }) : h("input", { ...shape, type: "text" });
    node.value = one.initial_value ?? "";
    return node;
  }
  if (one.type === "datepicker" || one.type === "timepicker") {
    const node = h("input", { id, type: one.type === "datepicker" ? "date" : "time" });
    node.value = one.initial_date ?? one.initial_time ?? "";
    return node;
  }
  return selectInput(one, id, ctx);
}

function selectInput(one, id, ctx) {
  const initial = one.initial_option?.value ?? one.initial_user ?? "";
  const empty = h("option", { value: "" }, one.placeholder?.text ?? "…");
  const rows = optionsOf(one, ctx).map((option) =>
    h("option", { value: option.value, selected: option.value === initial }, option.text.text),
  );
  return h("select", { id }, empty, rows);
}

function pickers(one, id) {
  const type = one.type === "checkboxes" ? "checkbox" : "radio";
  const first = new Set([one.initial_option, ...(one.initial_options ?? [])].filter(Boolean).map((o) => o.value));
  const rows = one.options.map((option) =>
    h(
      "label",
      { className: "pick" },
      h("input", { type, name: id, value: option.value, checked: first.has(option.value) }),
      h("span", {}, inline(option.text.text), option.description && h("span", { className: "mut" }, ` ${option.description.text}`)),
    ),
  );
  return h("div", { className: "picks" }, rows);
}

export function fieldValue(field) {
  const type = field.dataset.kind;
  if (type === "checkboxes" || type === "radio_buttons") {
    const all = [...field.querySelectorAll("input:checked")].map((one) => ({
      text: { type: "plain_text", text: one.nextElementSibling.textContent },
      value: one.value,
    }));
    return type === "checkboxes" ? { type, selected_options: all } : { type, selected_option: all[0] ?? null };
  }
  const value = field.value;
  if (type === "users_select") return { type, selected_user: value || null };
  if (type === "datepicker") return { type, selected_date: value || null };
  if (type === "timepicker") return { type, selected_time: value || null };
  if (type.endsWith("_select")) {
    const label = field.selectedOptions[0]?.textContent ?? "";
    return { type, selected_option: value ? { text: { type: "plain_text", text: label }, value } : null };
  }
  return { type, value: value === "" ? null : value };
}

export function fileChip(file, words) {
  if ((file.mime ?? "").startsWith("image/") && file.url)
    return h("img", { src: file.url, alt: file.alt || file.name || words["console.photo"], loading: "lazy" });
  const name = file.name || words[`console.file.${file.kind}`] || words["console.file"];
  const body = [icon(file.kind === "voice" ? "mic" : file.kind === "sticker" ? "sticker" : "clip", { size: 14 }), " ", name];
  if (!file.url) return h("span", { className: "file" }, body);
  return h("a", { className: "file", href: file.url, download: file.name || "" }, body);
}
