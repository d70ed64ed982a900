/** The quiet hours of a week: a row for each day, copying one to others, and the time zone. */
import { fill, gettext } from "../../views/text.js";

export class Hours {
  #root;
  #zone;
  #save;

  /** `save(quiet)` is called with all of it after each change that can be saved. */
  constructor(root, save) {
    this.#root = root;
    this.#zone = root.querySelector("#zone");
    this.#save = save;
    root.addEventListener("change", () => this.#changed());
    for (const day of this.#days()) this.#open(day);
    this.#root.addEventListener("keydown", (event) => this.#escape(event));
  }

  /** Show these; nothing that a reader is still typing is touched. */
  show({ zone, days }) {
    for (const row of this.#days()) {
      const [from, to] = days[row.dataset.day]?.[0] ?? ["", ""];
      const [first, second] = fields(row);
      [first.value, second.value] = [from, to];
    }
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const known = [...this.#zone.options].some(({ value }) => value === here);
    this.#zone.value = known && !Object.keys(days).length ? here : zone;
    const hint = fill(gettext("This browser is in %(zone)s."), { zone: here });
    this.#root.querySelector("#zone-hint").textContent = hint;
  }

  /** Do the rows show what these say? */
  shows({ zone, days }) {
    const { zone: shown, days: filled } = this.#read();
    const same = JSON.stringify(filled) === JSON.stringify(days);
    return same && (shown === zone || !Object.keys(days).length);
  }

  #read() {
    const filled = this.#days().map((row) => [row.dataset.day, fields(row).map(({ value }) => value)]);
    const days = filled.filter(([, pair]) => pair.some(Boolean)).map(([day, pair]) => [day, [pair]]);
    return { zone: this.#zone.value, days: Object.fromEntries(days) };
  }

  #changed() {
    const quiet = this.#read();
    // Of a pair one is still to come.
    const whole = Object.values(quiet.days).every(([pair]) => pair.every(Boolean));
    if (whole) this.#save(quiet);
  }

  #days() {
    return [...this.#root.querySelectorAll("[data-day]")];
  }

  #open(row) {
    const copy = row.querySelector("[data-copy]");
    const clear = row.querySelector("[data-clear]");
    copy.hidden = clear.hidden = false;
    clear.addEventListener("click", () => this.#fill([row], ["", ""]));
    copy.addEventListener("click", ({ target }) => {
      const days = target.dataset.days;
      if (!days) return;
      copy.open = false;
      copy.querySelector("summary").focus();
      const pair = fields(row).map(({ value }) => value);
      this.#fill(this.#days().filter(({ dataset }) => days.includes(dataset.day)), pair);
    });
  }

  #fill(rows, pair) {
    for (const row of rows) {
      const [first, second] = fields(row);
      [first.value, second.value] = pair;
    }
    this.#changed();
  }

  #escape(event) {
    const copy = event.key === "Escape" && event.target.closest("[data-copy][open]");
    if (!copy) return;
    copy.open = false;
    copy.querySelector("summary").focus();
  }
}

const fields = (row) => [...row.querySelectorAll("input")];
