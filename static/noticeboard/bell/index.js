/** `<notify-bell>`: the link that the server has written, as a button with a live number. */
import { badge } from "../inbox.js";
import { stateOf } from "./state.js";
import { Voice } from "./voice.js";
import { form } from "./words.js";

/** After the page itself has what it needs. */
const idle = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 200));

class Bell extends HTMLElement {
  #parts;
  #config;
  #state;
  #leave;
  #panel;

  connectedCallback() {
    // Moved within the page, or put there by a script that does not know declarative shadow roots.
    this.#parts ??= this.#upgrade(this.shadowRoot ?? this.#grow());
    idle(() => this.isConnected && !this.#leave && this.#start());
  }

  disconnectedCallback() {
    this.#leave?.();
    this.#leave = undefined;
    this.#panel?.then((panel) => panel.close());
  }

  #grow() {
    const root = this.attachShadow({ mode: "open" });
    root.append(this.querySelector("template").content);
    return root;
  }

  /** Same classes, same size: nothing moves. */
  #upgrade(root) {
    this.#config = JSON.parse(root.getElementById("state").textContent);
    const link = root.querySelector("[part=button]");
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: link.className });
    const panel = root.getElementById("panel");
    const attributes = { part: "button", "aria-haspopup": "dialog", "aria-expanded": "false" };
    for (const [name, value] of Object.entries({ ...attributes, "aria-controls": panel.id })) {
      button.setAttribute(name, value);
    }
    button.append(...link.childNodes);
    link.replaceWith(button);
    button.addEventListener("click", async () => (await this.#load()).toggle());
    for (const type of ["pointerenter", "focus"]) {
      button.addEventListener(type, () => this.#load(), { once: true });
    }
    const [badge, name] = ["badge", "name"].map((id) => root.getElementById(id));
    return { root, button, panel, badge, name };
  }

  #start() {
    this.#state = stateOf(this.#config);
    const voice = new Voice(this.#parts.root.getElementById("said"), this.#config.arrivals);
    const arrived = (item) => {
      voice.arrived(item);
      this.#arrived(item);
    };
    this.#leave = this.#state.subscribe({ changed: () => this.#show(), arrived });
    this.#show();
  }

  #show() {
    const { store, over } = this.#state;
    this.hidden = over;
    const unseen = this.#state.unseen();
    const count = store.unread();
    const number = this.dataset.badge === "unseen" ? Math.min(unseen, count) : count;
    const { badge: element, name, button } = this.#parts;
    element.textContent = badge(number);
    element.hidden = number === 0;
    button.toggleAttribute("data-fresh", unseen > 0);
    const said = form(this.#config.names, this.#state.number);
    if (name.textContent !== said) name.textContent = said;
    this.#panel?.then((panel) => panel.changed());
  }

  async #arrived(item) {
    if (this.dataset.toasts !== "on") return;
    const { arrived } = await import("./apart/toasts.js");
    arrived(this.#parts.root, this.#config, item);
  }

  /** The panel, fetched when somebody is about to use it. */
  #load() {
    this.#panel ??= import("./apart/panel.js").then(({ Panel }) => {
      if (!this.#leave) this.#start();
      return new Panel(this, { ...this.#parts, state: this.#state, config: this.#config });
    });
    this.#panel.catch(() => (this.#panel = undefined));
    return this.#panel;
  }
}

if (!customElements.get("notify-bell")) customElements.define("notify-bell", Bell);
