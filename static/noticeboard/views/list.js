/** The feed: rows that follow the store's items without taking the reader's place away. */
import { byId } from "./dom.js";
import { create, update } from "./item.js";
import { dayName } from "./time.js";

export class List {
  #root = byId("feed");
  #address;
  #rows = new Map();
  #waiting = new Set();

  /** `address(id)` is the page of a notification. */
  constructor(address) {
    this.#address = address;
    for (const row of this.#root.children) this.#rows.set(Number(row.dataset.id), row);
  }

  /** Ids that have come but are held back, for the pill. */
  get waiting() {
    return this.#waiting;
  }

  /** Whether the row of `id` is before the reader's eyes. */
  inSight(id) {
    const box = this.#rows.get(id)?.getBoundingClientRect();
    const visible = document.visibilityState === "visible";
    return Boolean(box) && visible && box.top < window.innerHeight && box.bottom > 0;
  }

  /** Whether new rows may be put above what is being read. */
  get quiet() {
    const inside = this.#root.contains(document.activeElement);
    return !inside && document.visibilityState === "visible" && window.scrollY < 120;
  }

  /**
   * Show `items` (newest first). With `hold`, those newer than the first row wait until
   * `release`. `more` says that the list goes on at the server. Returns the ids that are new.
   */
  render(items, { hold = false, more = false, fresh = false } = {}) {
    if (fresh) this.#waiting.clear();
    const first = items.findIndex((item) => this.#rows.has(item.id));
    const above = new Set((first < 0 ? [] : items.slice(0, first)).map((item) => item.id));
    const held = (item) => this.#waiting.has(item.id) || (hold && above.has(item.id));
    this.#waiting = new Set(items.filter((item) => held(item) && !this.#rows.has(item.id)).map((item) => item.id));
    const shown = items.filter((item) => !this.#waiting.has(item.id));
    this.#root.setAttribute("aria-busy", "true");
    this.#drop(new Set(shown.map((item) => item.id)));
    const arrived = this.#place(shown, fresh);
    this.#number(shown, more);
    this.#frame(shown.length > 0);
    return arrived;
  }

  /** Put what waits into the list at the next render. Returns the ids. */
  release() {
    const ids = [...this.#waiting];
    this.#waiting.clear();
    return ids;
  }

  focus(id) {
    this.#rows.get(id)?.focus({ preventScroll: true });
  }

  #place(items, fresh) {
    const now = Date.now();
    const arrived = [];
    let next = this.#root.firstElementChild;
    for (const item of items) {
      let row = this.#rows.get(item.id);
      if (!row) {
        row = create(item, this.#address(item.id));
        row.classList.toggle("arrived", !fresh);
        this.#rows.set(item.id, row);
        arrived.push(item.id);
      }
      update(row, item, now);
      if (row === next) next = row.nextElementSibling;
      else this.#root.insertBefore(row, next);
    }
    return arrived;
  }

  #drop(kept) {
    for (const [id, row] of this.#rows) {
      if (kept.has(id)) continue;
      if (row.contains(document.activeElement)) this.#heir(row, kept).focus({ preventScroll: true });
      row.remove();
      this.#rows.delete(id);
    }
  }

  /** Who gets the focus of a row that leaves: the next that stays, else the one before, else the heading. */
  #heir(row, kept) {
    const stays = (other) => other && kept.has(Number(other.dataset.id));
    for (const step of ["nextElementSibling", "previousElementSibling"]) {
      let other = row[step];
      while (other && !stays(other)) other = other[step];
      if (other) return other;
    }
    return byId("heading");
  }

  /** Positions for screen readers, and each day's name in the first row of that day. */
  #number(items, more) {
    const now = Date.now();
    let last = "";
    for (const [index, item] of items.entries()) {
      const row = this.#rows.get(item.id);
      row.setAttribute("aria-posinset", index + 1);
      row.setAttribute("aria-setsize", more ? -1 : items.length);
      const name = dayName(Date.parse(item.published_at), now);
      const day = row.querySelector(".item-day");
      day.hidden = name === last;
      day.textContent = name === last ? "" : name;
      last = name;
    }
  }

  /** An empty element must not call itself a feed. */
  #frame(filled) {
    this.#root.setAttribute("aria-busy", "false");
    if (filled) {
      this.#root.setAttribute("role", "feed");
      this.#root.setAttribute("aria-labelledby", "heading");
    } else {
      for (const name of ["role", "aria-labelledby", "aria-busy"]) this.#root.removeAttribute(name);
    }
  }
}
