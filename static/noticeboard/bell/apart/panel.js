/** The panel of a bell: the newest notifications, and what can be done to all of them. */
import { request } from "../../client/requests.js";
import { form } from "../words.js";
import { List } from "./list.js";
import { place } from "./place.js";

const UP = ["live", "delayed", "paused", "connecting"];

export class Panel {
  #host;
  #parts;
  #list;
  #open = false;
  #failed = false;
  #control;

  /** `parts` are the button and panel in `root`, the state of all bells and the config of this. */
  constructor(host, parts) {
    this.#host = host;
    this.#parts = parts;
    const { panel, config } = parts;
    this.#list = new List(panel, config);
    this.#slot("all").addEventListener("click", () => this.#readAll());
    this.#slot("close").addEventListener("click", () => this.close({ focus: true }));
    this.#slot("again").addEventListener("click", () => this.#load());
    panel.addEventListener("focusout", ({ relatedTarget }) => this.#left(relatedTarget));
  }

  toggle() {
    if (this.#open) this.close();
    else this.#show();
  }

  /** `focus` gives it back to the button. */
  close({ focus = false } = {}) {
    if (!this.#open) return;
    const { panel, button } = this.#parts;
    this.#open = false;
    this.#control.abort();
    if (focus) button.focus();
    if (panel.popover) panel.hidePopover();
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
  }

  changed() {
    if (!this.#open) return;
    const { state, config } = this.#parts;
    if (state.over) return this.close();
    const items = state.store.items().slice(0, Number(this.#host.dataset.limit));
    const known = state.full && !this.#failed;
    this.#list.show(known ? items : []);
    this.#slot("loading").hidden = state.full || this.#failed;
    this.#slot("empty").hidden = !known || items.length > 0;
    this.#slot("failed").hidden = !this.#failed;
    this.#slot("offline").hidden = UP.includes(state.state);
    const unread = state.store.unread();
    this.#hide("all", unread === 0);
    this.#slot("all").textContent = form(config.marks, state.number);
    this.#place();
  }

  #show() {
    const { panel, button, state } = this.#parts;
    this.#open = true;
    panel.hidden = false;
    if (panel.popover) panel.showPopover();
    button.setAttribute("aria-expanded", "true");
    this.#control = new AbortController();
    const { signal } = this.#control;
    document.addEventListener("pointerdown", (event) => this.#outside(event), { signal });
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    for (const type of ["resize", "scroll"]) {
      window.addEventListener(type, () => this.#place(), { signal, capture: true, passive: true });
    }
    this.changed();
    this.#slot("heading").focus({ preventScroll: true });
    if (state.full) this.#seen();
    else this.#load();
  }

  async #load() {
    const { state } = this.#parts;
    this.#failed = false;
    this.changed();
    try {
      await state.load();
      this.#seen();
    } catch {
      this.#failed = !state.full;
    }
    this.changed();
  }

  #seen() {
    const { store } = this.#parts.state;
    if (this.#open) this.#send("seen", { cursor: store.state.cursor }).catch(() => {});
  }

  async #readAll() {
    const { store } = this.#parts.state;
    const { cursor } = store.state;
    const undo = store.perform("read_all", [], { at: cursor });
    try {
      await this.#send("read_all", { cursor });
    } catch {
      undo();
      this.#slot("unsaved").hidden = false;
      return;
    }
    this.#slot("unsaved").hidden = true;
  }

  #send(action, body) {
    const { env, config } = this.#parts.state;
    return request(env, `${config.urls.inbox}${action}/`, { body, csrf: config.csrf });
  }

  #outside(event) {
    if (event.composedPath().includes(this.#host)) return;
    this.close();
    // Unless it is something else that was clicked, once the click has moved the focus.
    setTimeout(() => document.activeElement === document.body && this.#parts.button.focus());
  }

  #key(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    this.close({ focus: true });
  }

  /** Tab leads out of it, and closes it; a click beside it does so itself. */
  #left(target) {
    if (target && !this.#host.shadowRoot.contains(target)) this.close();
  }

  /** Hide a control; its focus goes to the heading, not to the page. */
  #hide(name, hidden) {
    const element = this.#slot(name);
    const focused = hidden && this.#host.shadowRoot.activeElement === element;
    element.hidden = hidden;
    if (focused) this.#slot("heading").focus({ preventScroll: true });
  }

  #place() {
    const { panel, button } = this.#parts;
    place(panel, button, this.#host.dataset.placement);
  }

  #slot(name) {
    return this.#parts.panel.querySelector(`[data-slot="${name}"]`);
  }
}
