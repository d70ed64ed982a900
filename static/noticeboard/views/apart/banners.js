/** Critical notifications, above everything until they are dismissed; many are one line. */
import { byId, setText, slot, stamp } from "../dom.js";
import { fill, gettext, heading, ngettext } from "../text.js";

const SHOWN = 3;
const PAUSE = 3_000; // between two interruptions by a storm

export class Banners {
  #root = byId("banners");
  #banners = new Map();
  #together = stamp("banner-template");
  #stormy = false;
  #timer;
  #address;
  #announcer;

  constructor(announcer, address) {
    this.#announcer = announcer;
    this.#address = address;
    slot(this.#together, "word").hidden = true;
    slot(this.#together, "title").href = this.#root.dataset.all;
    slot(this.#together, "close-name").textContent = gettext("Dismiss all");
    slot(this.#together, "close").addEventListener("click", () => this.keep(() => false));
  }

  /** `storm` says that many come at once. */
  add(item, storm) {
    if (this.#banners.has(item.id)) return;
    const banner = stamp("banner-template");
    const title = heading(item);
    slot(banner, "title").textContent = title;
    slot(banner, "title").href = this.#address(item.id);
    slot(banner, "close-name").textContent = fill(gettext("Dismiss: %(title)s"), { title });
    slot(banner, "close").addEventListener("click", () => this.keep((id) => id !== item.id));
    this.#banners.set(item.id, banner);
    this.#stormy = storm;
    this.#show();
    if (!storm) return this.#announcer.interrupt(fill(gettext("Critical: %(title)s"), { title }));
    this.#timer ??= setTimeout(() => this.#count(), PAUSE);
  }

  /** Take away those that are handled: `wanted(id)` says which stay. */
  keep(wanted) {
    const { size } = this.#banners;
    for (const id of [...this.#banners.keys()]) if (!wanted(id)) this.#banners.delete(id);
    if (this.#banners.size < size) this.#show();
  }

  /** The storm is over. */
  calm() {
    this.#stormy = false;
    this.#show();
  }

  #show() {
    const { size } = this.#banners;
    const many = size > (this.#stormy ? 1 : SHOWN);
    const shown = many ? [this.#together] : [...this.#banners.values()];
    setText(slot(this.#together, "title"), this.#words());
    const focused = this.#root.contains(document.activeElement);
    for (const each of [...this.#root.children]) if (!shown.includes(each)) each.remove();
    this.#root.append(...shown.filter((each) => !each.isConnected));
    if (!focused || this.#root.contains(document.activeElement)) return;
    (this.#root.querySelector("button") ?? byId("main")).focus({ preventScroll: true });
  }

  #words() {
    const count = this.#banners.size;
    return fill(ngettext("%(count)s critical", "%(count)s critical", count), { count });
  }

  #count() {
    this.#timer = undefined;
    if (this.#banners.size) this.#announcer.interrupt(this.#words());
  }
}
