/** The rows that are chosen, and the bar that says how many and acts on all of them. */
import { byId, setHidden, slot } from "../../views/dom.js";
import { fill, ngettext } from "../../views/text.js";

export class Bulk {
  #root = byId("bulk");
  #list;
  #ids = new Set();
  #last;

  /** `run(name, button)` for a press of one of the bar's buttons. */
  constructor(list, run) {
    this.#list = list;
    this.#root.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button) run(button.value, button);
    });
  }

  get ids() {
    return [...this.#ids];
  }

  /** Choose one, or no longer; with `range`, all from the last one to it. */
  toggle(row, { range = false, on } = {}) {
    const { rows } = this.#list;
    const id = Number(row.dataset.id);
    const wanted = on ?? (range || !this.#ids.has(id));
    const from = range && this.#last?.isConnected ? rows.indexOf(this.#last) : rows.indexOf(row);
    const [first, last] = [from, rows.indexOf(row)].sort((a, b) => a - b);
    for (const each of rows.slice(first, last + 1)) {
      if (!("gone" in each.dataset)) this.#set(each, wanted);
    }
    this.#last = row;
    this.#show();
  }

  clear() {
    for (const row of this.#list.rows) this.#set(row, false);
    this.#ids.clear();
    this.#show();
  }

  /** Only what is still shown stays chosen. */
  keep() {
    for (const id of this.#ids) if (!this.#list.row(id)) this.#ids.delete(id);
    this.#show();
  }

  #set(row, on) {
    const id = Number(row.dataset.id);
    slot(row, "pick").checked = on;
    if (on) this.#ids.add(id);
    else this.#ids.delete(id);
  }

  #show() {
    const count = this.#ids.size;
    const text = fill(ngettext("%(count)s selected", "%(count)s selected", count), { count });
    slot(this.#root, "count").textContent = text;
    byId("feed").classList.toggle("choosing", count > 0);
    setHidden(this.#root, count === 0, () => this.#list.rows[0] ?? byId("heading"));
  }
}
