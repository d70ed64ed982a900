/** A few notifications that have just come, in a corner, for some seconds. */
import { preferences } from "../../preferences/mine.js";
import { byId, setHidden, setIcon, setText, slot, stamp } from "../dom.js";
import { fill, gettext, heading, level, ngettext } from "../text.js";

const LIFE = { warning: 12_000 };
const OTHERS = 8_000;
const SHOWN = 3;
const TICK = 250;

export class Toasts {
  #section = byId("toasts");
  #list = this.#section.querySelector("ul");
  #more = this.#section.querySelector("a");
  #toasts = new Map();
  #left = new Map();
  #beyond = new Set();
  #timer;
  #came; // where the focus was before F6
  #address;

  constructor(address) {
    this.#address = address;
    document.addEventListener("focusin", () => this.#yield());
    for (const type of ["scroll", "resize"]) addEventListener(type, () => this.#yield());
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  add(item) {
    this.#remove(item.id);
    if (this.#toasts.size < SHOWN) this.#append(item);
    else this.#beyond.add(item.id);
    this.#show();
  }

  /** Take away those that are handled: `wanted(id)` says which stay. */
  keep(wanted) {
    for (const ids of [this.#toasts, this.#beyond]) {
      for (const id of [...ids.keys()]) if (!wanted(id)) this.#remove(id);
    }
  }

  /** One sentence in place of all of them; with none, nothing. */
  storm(text) {
    for (const id of [...this.#toasts.keys()]) this.#remove(id);
    setText(this.#more, text);
    setHidden(this.#section, !text, () => byId("main"));
    this.#yield();
  }

  #append(item) {
    const toast = stamp("toast-template");
    const { word, icon } = level(item.level);
    const title = heading(item);
    toast.dataset.level = item.level;
    setIcon(slot(toast, "level"), icon);
    setText(slot(toast, "word"), word);
    setText(slot(toast, "text"), item.title ? item.text : "");
    slot(toast, "title").textContent = title;
    slot(toast, "title").href = this.#address(item.id);
    slot(toast, "close-name").textContent = fill(gettext("Dismiss: %(title)s"), { title });
    slot(toast, "close").addEventListener("click", () => this.#remove(item.id));
    this.#left.set(item.id, LIFE[item.level] ?? OTHERS);
    this.#toasts.set(item.id, toast);
    this.#list.append(toast);
    this.#timer ??= setInterval(() => this.#age(), TICK);
  }

  #remove(id) {
    this.#beyond.delete(id);
    const toast = this.#toasts.get(id);
    if (toast?.contains(document.activeElement)) this.#handOn(toast);
    toast?.remove();
    this.#toasts.delete(id);
    this.#left.delete(id);
    this.#show();
  }

  /** The focus of what goes: the next one's button, else the page's content. */
  #handOn(toast) {
    const next = toast.nextElementSibling ?? toast.previousElementSibling;
    (next?.querySelector("button") ?? byId("main")).focus({ preventScroll: true });
  }

  #show() {
    const any = this.#toasts.size > 0;
    if (!any) {
      this.#beyond.clear();
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    const count = this.#beyond.size;
    const text = ngettext("and %(count)s more in your inbox", "and %(count)s more in your inbox", count);
    setText(this.#more, count && fill(text, { count }));
    setHidden(this.#section, !any, () => byId("main"));
    this.#yield();
  }

  /** Not for what is looked at, nor while nobody sees it. */
  #age() {
    const held = this.#section.matches(":hover, :focus-within, .covered");
    if (held || document.visibilityState === "hidden" || preferences().keep_toasts) return;
    for (const [id, left] of this.#left) {
      if (left <= TICK) this.#remove(id);
      else this.#left.set(id, left - TICK);
    }
  }

  /** Never lie over what has the focus: go to the other edge, or give way altogether. */
  #yield() {
    if (this.#section.hidden) return;
    const { classList } = this.#section;
    classList.remove("away", "covered");
    if (this.#covers()) classList.add("away");
    if (this.#covers()) classList.add("covered");
  }

  #covers() {
    const focused = document.activeElement;
    if ([document.body, byId("main"), null].includes(focused) || this.#section.contains(focused)) return false;
    const [mine, other] = [this.#section, focused].map((each) => each.getBoundingClientRect());
    const beside = mine.right < other.left || other.right < mine.left;
    return !beside && mine.bottom >= other.top && other.bottom >= mine.top;
  }

  /** F6 leads to the toasts, and back to where one was. */
  #key(event) {
    const other = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
    if (event.key !== "F6" || other || this.#section.hidden) return;
    event.preventDefault();
    const inside = this.#section.contains(document.activeElement);
    if (!inside) this.#came = document.activeElement;
    const lost = !this.#came?.isConnected || this.#came === document.body;
    const back = lost ? byId("main") : this.#came;
    (inside ? back : this.#section).focus({ preventScroll: true });
  }
}
