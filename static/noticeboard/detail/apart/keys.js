/** The keys of a note: those of the list, for the one that is shown. */
import { preferences } from "../../preferences/mine.js";

const STEPS = { j: 1, k: -1 };
const BUTTONS = {
  a: 'button[data-do="acknowledge"]',
  e: 'button[data-do="done"]',
  h: "[data-snooze] summary",
  I: 'button[data-do="read"]',
  U: 'button[data-do="unread"]',
};
const TYPING = "input, textarea, select, [contenteditable]";

function letter({ key, target, ctrlKey, altKey, metaKey, isComposing }) {
  if (ctrlKey || altKey || metaKey || isComposing || target.closest?.(TYPING)) return "";
  if (preferences().shortcuts === false) return "";
  return document.querySelector("dialog[open], :popover-open") ? "" : key;
}

/** Which way a key goes, 0 for none. */
export const step = (event) => STEPS[letter(event)] ?? 0;

/** Press the button of `root` that a key stands for; whether there was one. */
export function press(event, root) {
  const button = root.querySelector(BUTTONS[letter(event)] ?? ":not(*)");
  if (!button?.checkVisibility() || button.disabled) return false;
  button.click();
  return true;
}
