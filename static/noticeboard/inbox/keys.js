/** Which key stands for what. The letters can be turned off; none works while one types. */
const LETTERS = {
  j: "next",
  k: "previous",
  o: "open",
  e: "done",
  I: "read",
  U: "unread",
  h: "snooze",
  x: "select",
  X: "range",
  a: "acknowledge",
  z: "undo",
  ".": "release",
  "/": "search",
  p: "pause",
  "?": "help",
};
const PLACES = { i: "goInbox", p: "goPreferences", r: "goRooms" };
const PAGES = { PageDown: "next", PageUp: "previous" };
const ENDS = { Home: "before", End: "after" };
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const TAKEN = "dialog[open], :popover-open";
const PAUSE = 1_500; // between g and the letter behind it

export class Keys {
  #g = -PAUSE;

  /** What a key asks for, or undefined; `letters` says whether those of one letter work. */
  wish({ key, target, ctrlKey, altKey, metaKey, isComposing, timeStamp }, letters) {
    if (altKey || metaKey || isComposing || target.closest?.(TYPING)) return undefined;
    if (document.querySelector(TAKEN)) return undefined;
    const row = target.closest?.("#feed article");
    if (ctrlKey) return row ? ENDS[key] : undefined;
    if (key === "Escape") return "escape";
    if (key === "Enter") return row === target ? "open" : undefined;
    if (PAGES[key]) return row ? PAGES[key] : undefined;
    if (!letters) return undefined;
    const after = timeStamp - this.#g < PAUSE && PLACES[key];
    this.#g = key === "g" ? timeStamp : -PAUSE;
    return after || LETTERS[key];
  }
}
