/** The feed: rows that follow the store's items without taking the reader's place away. */
import { byId, slot } from "./dom.js";
import { create, update, withdraw } from "./item.js";
import { gettext } from "./text.js";
import { dayName } from "./time.js";

const TOP = 120; // px that still count as the top of the page
const GOODBYE = 5_000; // that one that was withdrawn stays to say so

export class List {
  #root = byId("feed");
  #address;
  #rows = new Map();
  #waiting = new Set();
  #known = new Set(); // ids that were shown once: they are never held back
  #leaving = new Map(); // rows that were withdrawn, by id
  #since = Infinity; // what stands above this position came while the reader was elsewhere
  #divider;

  /** `address(id)` is the page of a notification. */
  constructor(address) {
    this.#address = address;
    for (const row of this.#root.children) this.#rows.set(Number(row.dataset.id), row);
    for (const id of this.#rows.keys()) this.#known.add(id);
  }

  /** Ids that have come but are held back, for the pill. */
  get waiting() {
    return this.#waiting;
  }

  /** The rows in their order. */
  get rows() {
    return [...this.#root.children];
  }

  row(id) {
    return this.#rows.get(id);
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
    return !inside && document.visibilityState === "visible" && window.scrollY < TOP;
  }

  /**
   * Show `items` (newest first). With `hold`, those newer than the first row wait until
   * `release`. `more` says that the list goes on at the server; `fresh` that it is another list;
   * `withdrawn` is the id of one that says so before it leaves.
   */
  render(items, { hold = false, more = false, fresh = false, withdrawn = 0 } = {}) {
    if (fresh) this.#begin();
    if (this.#rows.has(withdrawn)) this.#withdraw(withdrawn);
    this.#hold(items, hold || this.#waiting.size > 0);
    const shown = items.filter((item) => !this.#waiting.has(item.id));
    this.#root.setAttribute("aria-busy", "true");
    this.#drop(new Set(shown.map((item) => item.id)));
    this.#place(shown, fresh);
    this.#number(shown, more);
    this.#frame();
  }

  /** Put what waits into the list at the next render, below a line that says "New". */
  release(items) {
    const ids = [...this.#waiting];
    this.#since = items.find((item) => this.#rows.has(item.id))?.position ?? Infinity;
    for (const id of ids) this.#known.add(id);
    this.#waiting.clear();
    return ids;
  }

  focus(id) {
    this.#rows.get(id)?.focus({ preventScroll: true });
  }

  /** After a withdrawal was told for long enough. */
  onLeft = () => {};

  #begin() {
    this.#waiting.clear();
    this.#leaving.clear();
    this.#since = Infinity;
  }

  #hold(items, hold) {
    const first = items.findIndex(({ id }) => this.#rows.has(id));
    const above = first < 0 && this.#rows.size ? [] : items.slice(0, first < 0 ? items.length : first);
    const fresh = above.map(({ id }) => id).filter((id) => !this.#known.has(id));
    this.#waiting = new Set(hold ? fresh : []);
  }

  #withdraw(id) {
    const row = this.#rows.get(id);
    this.#rows.delete(id);
    this.#leaving.set(id, row);
    withdraw(row);
    setTimeout(() => this.#leaving.delete(id) && this.onLeft(), GOODBYE);
  }

  #place(items, fresh) {
    let next = this.#root.firstElementChild;
    for (const item of items) {
      while (this.#leaving.has(Number(next?.dataset.id))) next = next.nextElementSibling;
      let row = this.#rows.get(item.id);
      if (!row) {
        row = create(item, this.#address(item.id));
        row.classList.toggle("arrived", !fresh && !this.#known.has(item.id));
        this.#rows.set(item.id, row);
        this.#known.add(item.id);
      }
      update(row, item);
      if (row === next) next = row.nextElementSibling;
      else this.#root.insertBefore(row, next);
    }
  }

  #drop(kept) {
    for (const row of this.rows) {
      const id = Number(row.dataset.id);
      if (kept.has(id) || this.#leaving.has(id)) continue;
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
    const days = new Map(items.map((item) => [item.id, dayName(Date.parse(item.published_at), now)]));
    const { rows } = this;
    let last = "";
    for (const [index, row] of rows.entries()) {
      row.setAttribute("aria-posinset", index + 1);
      row.setAttribute("aria-setsize", more ? -1 : rows.length);
      const day = slot(row, "day");
      const name = days.get(Number(row.dataset.id)) ?? day.textContent;
      const text = name && name === last ? "" : name;
      day.hidden = !text;
      if (day.textContent !== text) day.textContent = text;
      last = name || last;
    }
    this.#divide(items);
  }

  /** "New" stands in the first row, and a line below the last one that is. */
  #divide(items) {
    const fresh = items.filter(({ position }) => position > this.#since);
    this.#root.querySelector("[data-last-new]")?.removeAttribute("data-last-new");
    if (!fresh.length) return this.#divider?.remove();
    this.#divider ??= Object.assign(document.createElement("p"), { className: "item-new" });
    this.#divider.textContent = gettext("New");
    this.#rows.get(fresh[0].id).prepend(this.#divider);
    this.#rows.get(fresh.at(-1).id).dataset.lastNew = "";
  }

  /** An empty element must not call itself a feed. */
  #frame() {
    this.#root.setAttribute("aria-busy", "false");
    if (this.#root.firstElementChild) {
      this.#root.setAttribute("role", "feed");
      this.#root.setAttribute("aria-labelledby", "heading");
    } else {
      for (const name of ["role", "aria-labelledby", "aria-busy"]) this.#root.removeAttribute(name);
    }
  }
}
