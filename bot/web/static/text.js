// Styled text as the two platforms send it: Telegram's entities, Slack's rich text and mrkdwn.

import { h } from "./dom.js";
import { inline, named } from "./icons.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code",
  blockquote: "q", expandable_blockquote: "q",
};

function safe(url) {
  return /^(https?:|mailto:|tel:)/i.test(url) ? url : null;
}

function link(url, ...inside) {
  const target = safe(url);
  if (!target) return h("span", {}, ...inside);
  return h("a", { href: target, rel: "noreferrer noopener", target: "_blank" }, ...inside);
}

// Telegram: offsets count UTF-16 units, as JavaScript's strings do.
export function entities(text, marks = []) {
  const cuts = new Set([0, text.length]);
  for (const mark of marks) cuts.add(mark.offset).add(mark.offset + mark.length);
  const edges = [...cuts].filter((at) => at >= 0 && at <= text.length).sort((a, b) => a - b);
  const nodes = [];
  for (let i = 0; i + 1 < edges.length; i += 1) {
    const [from, to] = [edges[i], edges[i + 1]];
    const over = marks.filter((mark) => mark.offset <= from && mark.offset + mark.length >= to);
    nodes.push(over.reduceRight(dress, inline(text.slice(from, to))));
  }
  return nodes.flat();
}

function dress(inside, mark) {
  const parts = [inside].flat();
  if (mark.type === "text_link") return link(mark.url, ...parts);
  if (mark.type === "url") return link(parts.join(""), ...parts);
  const tag = TAGS[mark.type];
  return tag ? h(tag, {}, ...parts) : parts;
}

// Slack rich_text block -> nodes
export function richText(block, names) {
  return (block.elements ?? []).map((part) => richPart(part, names));
}

function richPart(part, names) {
  const inside = () => (part.elements ?? []).map((one) => richLeaf(one, names));
  if (part.type === "rich_text_list") {
    const items = (part.elements ?? []).map((row) => h("li", {}, richPart(row, names)));
    return h(part.style === "ordered" ? "ol" : "ul", {}, items);
  }
  if (part.type === "rich_text_quote") return h("blockquote", {}, inside());
  if (part.type === "rich_text_preformatted") return h("pre", { tabIndex: 0 }, inside());
  return h("span", { className: "line" }, inside());
}

function richLeaf(leaf, names) {
  const style = leaf.style ?? {};
  let node = leafBody(leaf, names);
  if (style.code) node = h("code", {}, node);
  if (style.bold) node = h("strong", {}, node);
  if (style.italic) node = h("em", {}, node);
  if (style.strike) node = h("s", {}, node);
  return node;
}

function leafBody(leaf, names) {
  if (leaf.type === "link") return link(leaf.url, ...inline(leaf.text || leaf.url));
  if (leaf.type === "emoji") return named(leaf.name ?? "");
  if (leaf.type === "user") return mention("@", names(leaf.user_id));
  if (leaf.type === "channel") return mention("#", names(leaf.channel_id));
  if (leaf.type === "broadcast") return mention("@", leaf.range);
  if (leaf.type === "date") return inline(leaf.fallback ?? "");
  return inline(leaf.text ?? "");
}

function mention(sign, name) {
  return h("span", { className: "mention" }, sign, name);
}

const TOKEN =
  /<([^<>\n]+)>|`([^`\n]+)`|(?<![\p{L}\d])\*([^*\n]+)\*(?![\p{L}\d])|(?<![\p{L}\d])_([^_\n]+)_(?![\p{L}\d])|(?<![\p{L}\d])~([^~\n]+)~(?![\p{L}\d])|:([a-z0-9_+-]+):(?!\d)/gu;

function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

// Slack mrkdwn -> nodes
export function mrkdwn(text, names) {
  const lines = String(text).split("\n");
  return lines.map((line, at) => {
    const quoted = line.startsWith("&gt; ") || line.startsWith("> ");
    const body = tokens(quoted ? line.replace(/^(&gt;|>) /, "") : line, names);
    return [quoted ? h("q", {}, body) : body, at + 1 < lines.length && !quoted ? "\n" : ""];
  });
}

function tokens(text, names) {
  const parts = [];
  let from = 0;
  for (const hit of text.matchAll(TOKEN)) {
    parts.push(...inline(unescape(text.slice(from, hit.index))));
    parts.push(token(hit, names));
    from = hit.index + hit[0].length;
  }
  parts.push(...inline(unescape(text.slice(from))));
  return parts;
}

function token(hit, names) {
  const [, angle, code, bold, italic, strike, emoji] = hit;
  if (angle) return angled(angle, names);
  if (code) return h("code", {}, unescape(code));
  if (bold) return h("strong", {}, tokens(bold, names));
  if (italic) return h("em", {}, tokens(italic, names));
  if (strike) return h("s", {}, tokens(strike, names));
  return named(emoji);
}

function angled(inside, names) {
  const [target, label] = inside.split("|");
  if (target.startsWith("@")) return mention("@", names(target.slice(1)));
  if (target.startsWith("#")) return mention("#", label || names(target.slice(1)));
  if (target.startsWith("!date")) return unescape(label ?? "");
  if (target.startsWith("!")) return mention("@", target.slice(1));
  return link(unescape(target), ...inline(unescape(label ?? target)));
}

// Slack text object, whichever kind it is
export function textObject(object, names) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text, names) : inline(object.text ?? "");
}
