/** A notification beside the list: the address is its page's, and Back closes it. */
import { byId } from "../../views/dom.js";
import { press, step } from "./keys.js";
import { Shown } from "./shown.js";

export class Pane {
  #root = byId("pane");
  #shown;
  #desk;
  #id = null;
  #dressed;

  /** `neighbour(id, step)` is the id of the row that stands so many further down the list. */
  constructor(desk) {
    this.#desk = desk;
    this.#shown = new Shown(this.#root, desk);
    this.#dressed = this.#dress();
    this.#root.querySelector("[data-close]").addEventListener("click", () => this.close());
    this.#root.addEventListener("keydown", (event) => this.#key(event));
    window.addEventListener("popstate", () => this.#went());
  }

  /** The id of what is shown, or null. */
  get shown() {
    return this.#id;
  }

  sees(id) {
    return this.#id === id && document.visibilityState === "visible";
  }

  /** Show a notification. Whoever opens it has read it; to look on with j and k is not reading. */
  async open(id, { preview = false } = {}) {
    const address = this.#desk.address(id);
    if (this.#id === null) history.pushState({ pane: true }, "", address);
    else history.replaceState({ pane: true }, "", address);
    await this.#show(id, !preview);
  }

  /** Close it as Back does. */
  close() {
    if (this.#id !== null) history.back();
  }

  /** Close it without going back: the page goes on to another address. */
  closed() {
    if (this.#id === null) return;
    const id = this.#id;
    this.#id = null;
    this.#shown.close();
    this.#root.hidden = true;
    this.#mark(id, false);
    (byId(`title-${id}`) ?? byId("heading")).focus({ preventScroll: true });
  }

  render() {
    this.#shown.note?.render();
    if (this.#id !== null) this.#mark(this.#id, true);
  }

  heard(event) {
    this.#shown.note?.heard(event);
  }

  state({ state }) {
    this.#shown.saved(state === "offline");
  }

  async #show(id, explicit) {
    if (this.#id !== null) this.#mark(this.#id, false);
    this.#id = id;
    await this.#dressed;
    if (this.#id !== id) return;
    this.#root.hidden = false;
    this.#root.scrollTop = 0;
    this.#mark(id, true);
    const whole = await this.#shown.show(id);
    if (whole && explicit && this.#id === id) await this.#shown.note.markRead();
  }

  #mark(id, is) {
    const link = byId(`title-${id}`);
    if (is) link?.setAttribute("aria-current", "true");
    else link?.removeAttribute("aria-current");
  }

  #key(event) {
    const by = step(event);
    if (!by && !press(event, this.#root)) return;
    event.preventDefault();
    event.stopPropagation();
    const next = by && this.#desk.neighbour(this.#id, by);
    if (next) this.open(next, { preview: true });
  }

  /** Back or Forward: to the list, or to what was shown. */
  #went() {
    const [, id] = /\/n\/(\d+)\/$/.exec(location.pathname) ?? [];
    if (!id) this.closed();
    else if (Number(id) !== this.#id) this.#show(Number(id), false);
  }

  /** Its sheet is not among those that the list loads. */
  #dress() {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet" });
    link.href = this.#root.dataset.sheet;
    document.head.append(link);
    return new Promise((done) => Object.assign(link, { onload: done, onerror: done }));
  }
}
