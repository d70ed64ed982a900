/** The page of one notification: j and k go on to its neighbours, Back returns to the list. */
import { heading } from "../../views/text.js";
import { press, step } from "./keys.js";
import { Shown } from "./shown.js";

export class DetailPage {
  #root = document.querySelector('[data-page="detail"]');
  #desk;
  #shown;
  #id;

  constructor(desk) {
    this.#desk = desk;
    this.#shown = new Shown(this.#root, desk);
    this.#shown.take(this.#root.querySelector("article"));
    this.#id = this.#shown.note.id;
    document.addEventListener("keydown", (event) => this.#key(event));
    // The address was the list's, with this one beside it, when the page was loaded again.
    window.addEventListener("popstate", () => {
      if (location.pathname !== desk.address(this.#id)) location.reload();
    });
  }

  sees(id) {
    return id === this.#id;
  }

  pause() {}

  /** Connected: from now on what is looked at counts. */
  started() {
    this.#shown.note.watch();
  }

  render() {
    this.#shown.note?.render();
  }

  heard(event) {
    this.#shown.note?.heard(event);
  }

  state({ state }) {
    this.#shown.saved(state === "offline");
  }

  #key(event) {
    const by = step(event);
    if (press(event, this.#root)) return event.preventDefault();
    const items = this.#desk.live.store.items();
    const next = items[items.findIndex(({ id }) => id === this.#id) + by];
    if (!by || !next || next.id === this.#id) return;
    event.preventDefault();
    this.#id = next.id;
    history.replaceState(null, "", this.#desk.address(next.id));
    this.#desk.titled?.(heading(next));
    this.#shown.show(next.id);
  }
}
