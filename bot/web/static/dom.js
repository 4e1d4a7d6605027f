// Building blocks of the page. Whatever people wrote enters as text nodes, never as markup.

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name === "className" ? "class" : name, value === true ? "" : value);
  }
  add(node, children);
  return node;
}

export function add(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren();
  return add(node, children);
}

export const $ = (id) => document.getElementById(id);

export function read(id) {
  return JSON.parse($(id).textContent);
}

// A stable short name for a group of changes: equal keys keep their node, so focus survives.
export function reconcile(parent, items, keyOf, draw) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  let cursor = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const mark = String(item.mark ?? "");
    let node = old.get(key);
    if (!node || node.dataset.mark !== mark) {
      const fresh = draw(item);
      fresh.dataset.key = key;
      fresh.dataset.mark = mark;
      if (node) {
        const kept = focusPath(node);
        if (cursor === node) cursor = fresh;
        node.replaceWith(fresh);
        if (kept) refocus(fresh, kept);
      }
      node = fresh;
    }
    old.delete(key);
    if (node !== cursor) parent.insertBefore(node, cursor);
    else cursor = cursor.nextElementSibling;
  }
  for (const node of old.values()) node.remove();
}

function focusPath(node) {
  const active = document.activeElement;
  if (!active || !node.contains(active)) return null;
  return active === node ? "" : active.dataset.keep ?? active.textContent;
}

function refocus(node, kept) {
  if (kept === "") return node.focus();
  const all = [...node.querySelectorAll("button,select,summary,[tabindex]")];
  (all.find((one) => (one.dataset.keep ?? one.textContent) === kept) ?? node).focus?.();
}

export function popover(button, items, onPick) {
  const opened = document.querySelector(".menu");
  if (opened) {
    const own = opened.dataset.of === button.id && button.id;
    opened.remove();
    button.setAttribute("aria-expanded", "false");
    if (own) return;
  }
  const menu = h("div", { className: "menu", role: "menu", "data-of": button.id || "" });
  for (const item of items) {
    menu.append(
      h(
        "button",
        {
          type: "button",
          role: item.chosen === undefined ? "menuitem" : "menuitemradio",
          "aria-checked": item.chosen === undefined ? null : String(item.chosen),
          onclick: () => {
            shut(true);
            onPick(item);
          },
        },
        h("strong", {}, item.label),
        item.why && h("span", { className: "mut" }, item.why),
      ),
    );
  }
  const shut = (back) => {
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (back) button.focus();
  };
  const outside = (event) => {
    if (!menu.contains(event.target) && event.target !== button) shut(false);
  };
  menu.addEventListener("keydown", (event) => walk(event, menu, shut));
  document.addEventListener("pointerdown", outside, true);
  button.setAttribute("aria-expanded", "true");
  (button.closest("dialog") ?? document.body).append(menu);
  place(menu, button);
  (menu.querySelector('[aria-checked="true"]') ?? menu.firstElementChild)?.focus();
}

function walk(event, menu, shut) {
  const rows = [...menu.querySelectorAll("button")];
  const at = rows.indexOf(document.activeElement);
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    shut(true);
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    rows[(at + (event.key === "ArrowDown" ? 1 : rows.length - 1)) % rows.length].focus();
  } else if (event.key === "Tab") shut(true);
}

function place(menu, button) {
  const at = button.getBoundingClientRect();
  const own = menu.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, window.innerWidth - own.width - 8));
  const below = at.bottom + 4;
  const top = below + own.height > window.innerHeight - 8 ? Math.max(8, at.top - own.height - 4) : below;
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
}
