/** Toasts for success and warning, a banner for critical; a storm of them becomes one sentence. */
import { byId, setIcon, setText, slot, stamp } from "./dom.js";
import { Storm } from "./storm.js";
import { fill, gettext, heading, level, ngettext } from "./text.js";

const LIFE = { success: 8_000, warning: 12_000 };
const SHOWN = 3;

export class Toasts {
  #section = byId("toasts");
  #list = this.#section.querySelector("ul");
  #more = this.#section.querySelector("a");
  #banners = byId("banners");
  #toasts = new Map();
  #left = new Map();
  #beyond = 0;
  #storm = new Storm();
  #announcer;
  #address;

  constructor(announcer, address) {
    this.#announcer = announcer;
    this.#address = address;
    setInterval(() => this.#age(), 1000);
    document.addEventListener("focusin", () => this.#yield());
  }

  /** A notification has come; `seen` says that its row is before the reader's eyes already. */
  arrive(item, { seen }) {
    if (item.level === "critical") return this.#banner(item);
    const storm = this.#storm.count(Date.now());
    if (storm) return this.#calm(storm);
    if (!LIFE[item.level]) return;
    this.#announcer.arrival(item.level);
    if (!seen && document.visibilityState === "visible") this.#toast(item);
  }

  /** Take away those that were read, done, withdrawn or have ended: `wanted(id)` says which stay. */
  keep(wanted) {
    for (const id of [...this.#toasts.keys()]) if (!wanted(id)) this.#dismiss(id);
    for (const banner of [...this.#banners.children]) {
      if (!wanted(Number(banner.dataset.id))) this.#removeBanner(banner);
    }
  }

  #toast(item) {
    this.#dismiss(item.id);
    if (this.#toasts.size >= SHOWN) return this.#count(1);
    const toast = stamp("toast-template");
    const { word, icon } = level(item.level);
    toast.dataset.level = item.level;
    setIcon(slot(toast, "level"), icon);
    setText(slot(toast, "word"), word);
    setText(slot(toast, "text"), item.title ? item.text : "");
    this.#link(toast, item, () => this.#dismiss(item.id));
    this.#left.set(item.id, LIFE[item.level]);
    this.#toasts.set(item.id, toast);
    this.#list.append(toast);
    this.#section.hidden = false;
    this.#yield();
  }

  #banner(item) {
    if (this.#banners.querySelector(`[data-id="${item.id}"]`)) return;
    const banner = stamp("banner-template");
    banner.dataset.id = item.id;
    this.#link(banner, item, () => this.#removeBanner(banner));
    this.#banners.append(banner);
    this.#announcer.interrupt(fill(gettext("Critical: %(title)s"), { title: heading(item) }));
  }

  #link(element, item, close) {
    const title = heading(item);
    slot(element, "title").textContent = title;
    slot(element, "title").href = this.#address(item.id);
    slot(element, "close-name").textContent = fill(gettext("Dismiss: %(title)s"), { title });
    slot(element, "close").addEventListener("click", close);
  }

  #dismiss(id) {
    const toast = this.#toasts.get(id);
    if (!toast) return;
    if (toast.contains(document.activeElement)) this.#handOn(toast);
    toast.remove();
    this.#toasts.delete(id);
    this.#left.delete(id);
    if (!this.#toasts.size) this.#clear();
  }

  /** The focus of what goes: the next one's button, else the page's content. */
  #handOn(element) {
    const next = element.nextElementSibling ?? element.previousElementSibling;
    const target = next?.querySelector("button") ?? byId("main");
    target.focus({ preventScroll: true });
  }

  #removeBanner(banner) {
    if (banner.contains(document.activeElement)) this.#handOn(banner);
    banner.remove();
  }

  #count(more) {
    this.#beyond += more;
    const text = ngettext(
      "and %(count)s more in your inbox",
      "and %(count)s more in your inbox",
      this.#beyond,
    );
    setText(this.#more, fill(text, { count: this.#beyond }));
  }

  #clear() {
    this.#beyond = 0;
    this.#more.hidden = true;
    this.#section.hidden = true;
  }

  #calm({ began, count }) {
    for (const id of [...this.#toasts.keys()]) this.#dismiss(id);
    if (!began) return;
    const text = gettext("Many notifications are arriving. %(count)s new.");
    this.#announcer.say(fill(text, { count }));
  }

  /** A second has passed; not for what is looked at, nor while nobody sees the page. */
  #age() {
    if (document.visibilityState === "hidden" || this.#section.matches(":hover, :focus-within")) return;
    for (const [id, left] of this.#left) {
      if (left <= 1000) this.#dismiss(id);
      else this.#left.set(id, left - 1000);
    }
  }

  /** Never lie over what has the focus: go to the other edge. */
  #yield() {
    const focused = document.activeElement;
    this.#section.classList.remove("away");
    if (this.#section.hidden || focused === document.body || this.#section.contains(focused)) return;
    const [mine, other] = [this.#section, focused].map((element) => element.getBoundingClientRect());
    const apart = mine.bottom < other.top || other.bottom < mine.top || mine.right < other.left || other.right < mine.left;
    this.#section.classList.toggle("away", !apart && focused.id !== "main");
  }
}
