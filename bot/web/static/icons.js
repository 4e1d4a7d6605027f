// Icons as inline SVG: a bare machine has no emoji font, and then every emoji is an empty box.

const SPACE = "http://www.w3.org/2000/svg";

const STROKE = {
  clock: ["M10 2.2a7.8 7.8 0 1 0 0 15.6a7.8 7.8 0 0 0 0-15.6z", "M10 5.4v4.8l3.2 2"],
  check: ["M4 10.6l4 4.2l8-9.6"],
  cross: ["M5 5l10 10", "M15 5L5 15"],
  clip: ["M14 6l-6 6a2 2 0 0 0 3 3l6-6a4 4 0 0 0-6-6l-6 6a6 6 0 0 0 8 8"],
  lock: ["M4 9h12v9H4z", "M6.5 9V6a3.5 3.5 0 0 1 7 0v3"],
  open: ["M4 9h12v9H4z", "M6.5 9V6a3.5 3.5 0 0 1 6.8-1.2"],
  person: ["M10 3a3.4 3.4 0 1 0 0 6.8a3.4 3.4 0 0 0 0-6.8z", "M3.5 17.5c.6-4 3-6 6.5-6s5.900 2 6.500 6"],
  pause: ["M7 4v12", "M13 4v12"],
  hourglass: ["M5 3h10", "M5 17h10", "M6 3c0 4 8 6 8 14", "M14 3c0 4-8 6-8 14"],
  loop: ["M16 9a6 6 0 0 0-11-2.500", "M5 3v4h4", "M4 11a6 6 0 0 0 11 2.500", "M15 17v-4h-4"],
  warning: ["M10 3L2.500 16.500h15z", "M10 8v4", "M10 14.300v.2"],
  pencil: ["M4 16l1-4l8-8l3 3l-8 8z", "M11.500 5.500l3 3"],
  bin: ["M4 6h12", "M8 6V4h4v2", "M5.500 6l1 11h7l1-11"],
  up: ["M10 17V4", "M5 9l5-5l5 5"],
  down: ["M5 8l5 5l5-5"],
  right: ["M8 5l5 5l-5 5"],
  thumb: ["M3 9.500h3v7.500H3z", "M6 10l3.500-7c1.700 0 2.300 1.200 2 2.500L11 8h5c1 0 1.700 1 1.400 2l-1.600 5.500c-.3 1-1 1.500-2 1.500H6"],
  star: ["M10 2.800l2.200 4.700l5 .6l-3.700 3.500l1 5.100l-4.500-2.500l-4.500 2.500l1-5.100l-3.700-3.500l5-.6z"],
  photo: ["M2.500 5.500h3l1.500-2h6l1.500 2h3v11h-15z", "M10 7.800a3 3 0 1 0 0 6a3 3 0 0 0 0-6z"],
  mic: ["M10 2.500c1.600 0 2.500 1 2.500 2.500v5c0 1.500-.9 2.500-2.500 2.500S7.500 11.500 7.500 10V5c0-1.500.9-2.500 2.500-2.500z", "M4.500 9.500c0 3.600 2.200 5.500 5.500 5.500s5.500-1.900 5.500-5.500", "M10 15v3"],
  phone: ["M6.500 2.500h7v15h-7z", "M9 15h2"],
  pin: ["M10 18s-5.500-5.500-5.500-9.500a5.500 5.500 0 0 1 11 0C15.500 12.500 10 18 10 18z", "M10 6.500a2 2 0 1 0 0 4a2 2 0 0 0 0-4z"],
  doc: ["M5 2.500h7l3 3v12H5z", "M12 2.500v3h3", "M7.500 9.500h5", "M7.500 12.500h5"],
  chart: ["M3 17h14", "M5 17v-5", "M10 17V5", "M15 17V9"],
  bell: ["M5 14V9a5 5 0 0 1 10 0v5l1.500 1.500h-13z", "M8.500 17.500h3"],
  bubble: ["M3 4h14v9.500h-7L6 17v-3.500H3z"],
  link: ["M8.500 11.500l3-3", "M9 6l2-2a3.500 3.500 0 0 1 5 5l-2 2", "M11 14l-2 2a3.500 3.500 0 0 1-5-5l2-2"],
  info: ["M10 2.200a7.800 7.800 0 1 0 0 15.600a7.800 7.800 0 0 0 0-15.600z", "M10 9v5", "M10 6v.2"],
  smile: ["M10 2.200a7.800 7.800 0 1 0 0 15.600a7.800 7.800 0 0 0 0-15.600z", "M6.500 11.500c1.500 3 5.500 3 7 0", "M7.300 7.500v.2", "M12.700 7.500v.2"],
  eye: ["M1.500 10c4.500-7 12.500-7 17 0c-4.500 7-12.500 7-17 0z", "M10 7.500a2.500 2.500 0 1 0 0 5a2.500 2.500 0 0 0 0-5z"],
  reply: ["M8 4L3 9l5 5", "M3 9h8c4 0 6 2 6 7"],
  send: ["M3 10l14-7l-5 14l-3-5.500z", "M9 11.500L17 3"],
  theme: ["M10 2.200a7.800 7.800 0 1 0 0 15.600a7.800 7.800 0 0 0 0-15.600z", "M10 2.500v15"],
  more: ["M4.500 10v.1", "M10 10v.1", "M15.500 10v.1"],
  board: ["M3 3.500h14v13H3z", "M3 8h14", "M8 8v8.500"],
  moon: ["M15.500 12.500A7 7 0 0 1 8 3.500a7 7 0 1 0 7.500 9z"],
  home: ["M3 9.500L10 3l7 6.500", "M5 8.500V17h10V8.500"],
  sticker: ["M3 3h14v9l-5 5H3z", "M12 17v-5h5"],
};

const SOLID = {
  play: ["M6 3.500l10 6.500l-10 6.500z"],
  square: ["M3 3h14v14H3z"],
  circle: ["M10 2a8 8 0 1 0 0 16a8 8 0 0 0 0-16z"],
  triangle: ["M10 3l8 14H2z"],
  diamond: ["M10 2l7 8l-7 8l-7-8z"],
  stop: ["M5 5h10v10H5z"],
};

export function icon(name, { label = "", tone = "", size = 17 } = {}) {
  const svg = document.createElementNS(SPACE, "svg");
  const solid = name in SOLID;
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("width", size);
  svg.setAttribute("height", size);
  svg.setAttribute("class", `i ${solid ? "solid" : "line"} ${tone}`.trim());
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  for (const d of SOLID[name] ?? STROKE[name] ?? STROKE.smile) {
    const path = document.createElementNS(SPACE, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

// character -> [icon, tone]
const DRAWN = {
  "🟥": ["square", "red"], "🟧": ["diamond", "amber"], "🟨": ["diamond", "amber"],
  "🟩": ["circle", "green"], "🟦": ["square", "blue"], "🟪": ["square", "blue"],
  "⬜": ["square", "gray"], "⬛": ["square", "gray"], "◻": ["square", "gray"],
  "🔴": ["circle", "red"], "🟠": ["diamond", "amber"], "🟡": ["diamond", "amber"],
  "🟢": ["circle", "green"], "🔵": ["circle", "blue"], "⚪": ["circle", "gray"],
  "🔺": ["triangle", "amber"], "▲": ["triangle", "amber"], "■": ["square", ""],
  "👤": ["person", ""], "👥": ["person", ""], "🙋": ["person", ""], "🧑": ["person", ""],
  "👩": ["person", ""], "👨": ["person", ""],
  "✅": ["check", "green"], "✔": ["check", "green"], "✓": ["check", "green"], "☑": ["check", "green"],
  "❌": ["cross", "red"], "✖": ["cross", "red"], "✕": ["cross", ""],
  "⏸": ["pause", ""], "⏳": ["hourglass", "amber"], "⌛": ["hourglass", "amber"],
  "⏱": ["clock", ""], "⏰": ["clock", ""], "🕐": ["clock", ""], "🕒": ["clock", ""], "⏲": ["clock", ""],
  "🔁": ["loop", ""], "🔄": ["loop", ""], "↩": ["reply", ""],
  "⚠": ["warning", "amber"], "🚨": ["warning", "red"], "🛑": ["warning", "red"], "❗": ["warning", "amber"],
  "📎": ["clip", ""], "🔒": ["lock", ""], "🔐": ["lock", ""], "🔓": ["open", ""],
  "✏": ["pencil", ""], "📝": ["pencil", ""], "🗑": ["bin", ""],
  "⬆": ["up", "amber"], "⏫": ["up", "amber"], "🆙": ["up", ""],
  "👍": ["thumb", ""], "★": ["star", "amber"], "⭐": ["star", "amber"], "☆": ["star", ""],
  "📷": ["photo", ""], "📸": ["photo", ""], "🖼": ["photo", ""], "🎥": ["photo", ""],
  "🎤": ["mic", ""], "🎙": ["mic", ""], "🔊": ["mic", ""],
  "📞": ["phone", ""], "☎": ["phone", ""], "📱": ["phone", ""],
  "📍": ["pin", ""], "📌": ["pin", ""],
  "📄": ["doc", ""], "📃": ["doc", ""], "📑": ["doc", ""], "📋": ["doc", ""], "📖": ["doc", ""],
  "📊": ["chart", ""], "📈": ["chart", ""], "📉": ["chart", ""],
  "🔔": ["bell", ""], "🔕": ["bell", ""], "💬": ["bubble", ""], "🗨": ["bubble", ""],
  "🔗": ["link", ""], "ℹ": ["info", ""], "▶": ["play", ""], "👀": ["eye", ""], "🌙": ["moon", ""],
};

const NAMED = {
  white_check_mark: "✅", heavy_check_mark: "✔", lock: "🔒", warning: "⚠", hourglass: "⏳",
  hourglass_flowing_sand: "⏳", stopwatch: "⏱", alarm_clock: "⏰", eyes: "👀", thumbsup: "👍", "+1": "👍",
  large_red_square: "🟥", large_orange_square: "🟧", large_yellow_square: "🟨", large_green_square: "🟩",
  large_blue_square: "🟦", white_large_square: "⬜", red_circle: "🔴", large_yellow_circle: "🟡",
  large_green_circle: "🟢", large_orange_circle: "🟠", white_circle: "⚪", bust_in_silhouette: "👤",
  double_vertical_bar: "⏸", pause_button: "⏸", repeat: "🔁", paperclip: "📎", pencil2: "✏", wastebasket: "🗑",
  arrow_up: "⬆", star: "⭐", camera: "📷", microphone: "🎤", telephone_receiver: "📞", x: "❌",
  outbox_tray: "⬆", bell: "🔔", speech_balloon: "💬", memo: "📝", bar_chart: "📊",
};

const EMOJI =
  /[\p{Extended_Pictographic}▲■☆✓✕◻](?:\uFE0F|[\u{1F3FB}-\u{1F3FF}]|\u200D\p{Extended_Pictographic})*|[0-9#*]\uFE0F?\u20E3/gu;

export function glyph(character) {
  const bare = [...character].find((one) => one in DRAWN) ?? character;
  const [name, tone] = DRAWN[bare] ?? ["smile", ""];
  return icon(name, { label: character.replace("\uFE0F", ""), tone, size: 15 });
}

export function named(name) {
  return glyph(NAMED[name] ?? NAMED[name.split("::")[0]] ?? "🙂");
}

// Text with its emoji drawn: an array of strings and SVG nodes.
export function inline(text) {
  const parts = [];
  let from = 0;
  for (const hit of String(text).matchAll(EMOJI)) {
    if ("©®™".includes(hit[0])) continue;
    if (hit.index > from) parts.push(text.slice(from, hit.index));
    parts.push(glyph(hit[0]));
    from = hit.index + hit[0].length;
  }
  parts.push(String(text).slice(from));
  return parts;
}
