/** The keys of a room. Those of one letter work outside of fields, and can be turned off. */
import { preferences } from "../preferences/mine.js";
import { byId } from "../views/dom.js";

const OFF = "noticeboard.letters"; // kept while they are turned off
const FIELDS = "input, textarea, select, [contenteditable]";
const TAKEN = ":popover-open, dialog[open]";

export class Keys {
  #log = byId("log");

  /** `write()` goes to the composer, `reply(row)` answers, `room(by)` goes to another room. */
  constructor(env, { write, reply, room }) {
    Object.assign(this, { env, write, reply, room });
    document.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("click", ({ target }) => closeMenus((menu) => !menu.contains(target)));
    byId("show-keys").hidden = false;
    byId("show-keys").addEventListener("click", () => {
      closeMenus();
      this.show();
    });
  }

  async show() {
    const { showKeys } = await import("./apart/dialogs.js");
    const on = await showKeys(this.#letters);
    try {
      if (on) this.env.storage.removeItem(OFF);
      else this.env.storage.setItem(OFF, "1");
    } catch {
      // Without storage they work.
    }
  }

  get #letters() {
    try {
      return preferences().shortcuts !== false && !this.env.storage.getItem(OFF);
    } catch {
      return true;
    }
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.isComposing || document.querySelector(TAKEN)) return;
    const act = event.altKey ? this.#roomKey(event.key) : this.#plainKey(event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  #roomKey(key) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[key];
    return by && (() => this.room(by));
  }

  #plainKey({ key, target }) {
    if (key === "Escape" && closeMenus()) return undefined;
    if (target.closest?.(FIELDS)) return undefined;
    const within = this.#log.contains(document.activeElement);
    const row = document.activeElement.closest?.(".post");
    if (within && key === "Escape") return () => this.write();
    if (within && (key === "j" || key === "k")) return () => this.#step(row, key === "j");
    if (row && key === "r") return () => this.reply(row);
    if (!this.#letters) return undefined;
    return { c: () => this.write(), "?": () => this.show() }[key];
  }

  /** To the post below or above; from the log itself to the last one in sight. */
  #step(row, down) {
    const rows = [...this.#log.querySelectorAll("#posts > .post")];
    const { bottom } = this.#log.getBoundingClientRect();
    const seen = rows.findLastIndex((each) => each.getBoundingClientRect().bottom <= bottom);
    const place = row ? rows.indexOf(row) + (down ? 1 : -1) : seen;
    const next = rows[Math.max(0, Math.min(rows.length - 1, place))];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  }
}

/** Close the open menus of the page that are `meant`; whether there was one. */
function closeMenus(meant = () => true) {
  const open = [...document.querySelectorAll("details:is(.menu, .room-present)[open]")].filter(meant);
  for (const menu of open) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
  return open.length > 0;
}
