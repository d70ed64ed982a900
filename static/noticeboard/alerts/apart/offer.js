/** Offers desktop notifications to who reads here, once; "Not now" is for a month. */
import { byId, setHidden, slot } from "../../views/dom.js";
import { gettext } from "../../views/text.js";
import { keepOwn, own } from "../own.js";
import { ask, explain, permission } from "./permission.js";

const KEY = "noticeboard.offer";
const READ = 3; // notifications: who has read so many will want to
const MONTH = 30 * 86_400_000;

function kept() {
  try {
    return { read: [], until: 0, ...JSON.parse(localStorage.getItem(KEY)) };
  } catch {
    return { read: [], until: 0 };
  }
}

const keep = (change) => localStorage.setItem(KEY, JSON.stringify({ ...kept(), ...change }));

export class Offer {
  #card = byId("offer");
  #announcer;

  constructor(announcer) {
    this.#announcer = announcer;
    slot(this.#card, "on").addEventListener("click", () => this.#on());
    slot(this.#card, "later").addEventListener("click", () => this.#later());
    addEventListener("storage", () => own().desktop && this.#hide());
  }

  /** These were read, on this page or another; all pages of the browser count together. */
  read(ids) {
    const { read, until } = kept();
    const all = [...new Set([...read, ...ids])].slice(0, READ);
    if (all.length > read.length) keep({ read: all });
    const wanted = all.length === READ && Date.now() > until && !own().desktop;
    if (wanted && permission() === "default") this.#card.hidden = false;
  }

  async #on() {
    const state = await ask();
    if (state === "default") return;
    const on = state === "granted";
    keepOwn({ desktop: on });
    const text = on ? gettext("Desktop notifications are on in this browser.") : explain(state);
    this.#announcer.say(text);
    if (on) return this.#hide();
    slot(this.#card, "text").textContent = text;
    setHidden(slot(this.#card, "on"), true, () => slot(this.#card, "later"));
  }

  #later() {
    keep({ until: Date.now() + MONTH });
    this.#hide();
  }

  #hide() {
    setHidden(this.#card, true, () => byId("main"));
  }
}
