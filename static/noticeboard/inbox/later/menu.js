/** A menu beside a button. The browser closes it for Esc and for a click elsewhere. */
import { icon, make } from "./make.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const GAP = 4; // px between the button and the menu

/**
 * Offer `entries` (`{name, label, icon}`) beside `anchor`: a promise of the chosen name, or null.
 * The focus goes back to `anchor`.
 */
export function menu(anchor, entries, label) {
  const items = entries.map(({ name, label: text, icon: picture }) =>
    make("button", { type: "button", role: "menuitem", tabIndex: -1, value: name }, icon(picture), text),
  );
  const root = make("div", { popover: "auto", role: "menu", className: "choices" }, ...items);
  root.setAttribute("aria-label", label);
  let chosen = null;
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    chosen = button.value;
    root.hidePopover();
  });
  root.addEventListener("keydown", (event) => step(event, items));
  (anchor.closest("main") ?? document.body).append(root);
  anchor.setAttribute("aria-expanded", "true");
  root.showPopover();
  place(root, anchor);
  items[0].focus({ preventScroll: true });
  return new Promise((resolve) => {
    root.addEventListener("toggle", ({ newState }) => {
      if (newState !== "closed") return;
      anchor.setAttribute("aria-expanded", "false");
      if (document.activeElement === document.body || root.contains(document.activeElement)) {
        anchor.focus({ preventScroll: true });
      }
      root.remove();
      resolve(chosen);
    });
  });
}

/** On the side of the button where there is more room. */
function place({ style, offsetWidth }, anchor) {
  const { left, right, top, bottom } = anchor.getBoundingClientRect();
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const below = bottom < height / 2;
  const start = left + offsetWidth < width ? left : right - offsetWidth;
  style.top = below ? `${bottom + GAP}px` : "auto";
  style.bottom = below ? "auto" : `${height - top + GAP}px`;
  style.left = `${Math.max(GAP, start)}px`;
}

function step(event, items) {
  const place = items.indexOf(document.activeElement);
  const to = { Home: 0, End: -1 }[event.key] ?? (STEPS[event.key] && (place + STEPS[event.key]) % items.length);
  if (event.key === "Tab") document.activeElement.closest("[popover]").hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  items.at(to).focus();
}
