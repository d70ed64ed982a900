/** The rows of a panel: copies of the server's template, one for each item. */
import { setTime } from "../../views/time.js";

const MINUTE = 60_000;

export class List {
  #root;
  #template;
  #address;
  #rows = new Map();
  #heading;

  constructor(panel, { urls }) {
    this.#root = panel.querySelector("ul");
    this.#template = panel.querySelector("template");
    this.#heading = panel.querySelector("[data-slot=heading]");
    this.#address = (id) => urls.detail.replace("/0/", `/${id}/`);
    setInterval(() => this.#root.checkVisibility() && this.#tick(), MINUTE);
  }

  show(items) {
    const kept = new Set(items.map(({ id }) => id));
    const focused = this.#root.getRootNode().activeElement;
    for (const [id, row] of this.#rows) {
      if (kept.has(id)) continue;
      if (row.contains(focused)) this.#heir(row, kept).focus({ preventScroll: true });
      row.remove();
      this.#rows.delete(id);
    }
    let next = this.#root.firstElementChild;
    for (const item of items) {
      const row = this.#row(item);
      if (row === next) next = row.nextElementSibling;
      else this.#root.insertBefore(row, next);
    }
    this.#root.hidden = items.length === 0;
  }

  #row(item) {
    if (!this.#rows.has(item.id)) {
      const made = this.#template.content.firstElementChild.cloneNode(true);
      made.querySelector("a").href = this.#address(item.id);
      this.#rows.set(item.id, made);
    }
    const row = this.#rows.get(item.id);
    const slot = (name) => row.querySelector(`[data-slot="${name}"]`);
    const write = (name, text) => {
      const element = slot(name);
      if (element.textContent !== text) element.textContent = text;
      element.hidden = !text;
    };
    for (const mark of row.querySelectorAll("[data-level]")) mark.hidden = mark.dataset.level !== item.level;
    const word = row.querySelector("[data-level]:not([hidden])")?.textContent.trim() ?? item.level;
    write("title", item.title || item.text.slice(0, 80) || word);
    write("text", item.title ? item.text : "");
    slot("unread").hidden = !item.unread;
    row.toggleAttribute("data-unread", item.unread);
    setTime(slot("time"), item.published_at);
    return row;
  }

  /** Who gets the focus of a row that leaves: the next that stays, else the one before. */
  #heir(row, kept) {
    const stays = new Set([...kept].map((id) => this.#rows.get(id)));
    for (const step of ["nextElementSibling", "previousElementSibling"]) {
      let other = row[step];
      while (other && !stays.has(other)) other = other[step];
      if (other) return other.querySelector("a");
    }
    return this.#heading;
  }

  #tick() {
    for (const time of this.#root.querySelectorAll("time")) setTime(time, time.dateTime);
  }
}
