/** The end of the list: older pages come by themselves a few times, then by a button, then apart. */
import { byId } from "../views/dom.js";
import { write } from "../views/filters.js";

const ALONE = 3; // pages that come without being asked for, so that the footer can be reached
const MOST = 200; // rows on one page

export class Older {
  #link = byId("older");
  #label = this.#link.textContent;
  #load;
  #loading = false;
  #near = false;
  #left = ALONE;
  #full = false;

  /** `load()` gives a promise of the next page's being there. */
  constructor(load) {
    this.#load = load;
    this.#link.addEventListener("click", (event) => {
      if (this.#full) return;
      event.preventDefault();
      this.#next();
    });
    const seen = (entries) => {
      this.#near = entries.at(-1).isIntersecting;
      this.#goOn();
    };
    new IntersectionObserver(seen, { rootMargin: "200px" }).observe(this.#link);
  }

  /** Another list. */
  begin() {
    this.#left = ALONE;
  }

  /** What of the items one page holds, and whether there is more. */
  cut(items, more, filters) {
    this.#full = items.length >= MOST && (more || items.length > MOST);
    const shown = items.slice(0, MOST);
    this.#link.textContent = this.#full ? this.#link.dataset.archive : this.#label;
    if (this.#full) this.#link.search = write({ ...filters, before: shown.at(-1).position });
    return [shown, more || this.#full];
  }

  #goOn() {
    if (!this.#near || this.#loading || this.#full || this.#left < 1) return;
    this.#left -= 1;
    this.#next();
  }

  async #next() {
    if (this.#loading) return;
    this.#loading = true;
    await this.#load();
    this.#loading = false;
    // The next frame knows whether the end is still near.
    requestAnimationFrame(() => requestAnimationFrame(() => this.#goOn()));
  }
}
