/**
 * What a new notification does besides standing in the list: its level, the reader's preferences
 * and how many come with it decide.
 */
import { own } from "../../alerts/own.js";
import { position } from "../../client/cursor.js";
import { preferences } from "../../preferences/mine.js";
import { muted, quiet } from "../../preferences/now.js";
import { Banners } from "./banners.js";
import { QUIET, Storm } from "./storm.js";
import { fill, gettext } from "../text.js";
import { Toasts } from "./toasts.js";

const LEVELS = ["info", "success", "warning", "critical"];
const ALERTING = ["warning", "critical"];
const KEPT = 100; // items that may be shown somewhere

/** Whether the reader is not to be disturbed by a level at `now` (ms). */
function still(mine, now, level) {
  if (!quiet(mine, now) || mine.mandatory.includes(level)) return false;
  const urgent = level === "critical" && mine.critical_ignores_quiet;
  return !urgent || Date.parse(mine.dnd_until) > now;
}

export class Arrivals {
  #storm = new Storm();
  #toasts;
  #banners;
  #alerts;
  #offer;
  #timer;
  #items = new Map(); // a narrowed list does not have all that is shown

  /** `address(id)` leads to a notification; `live` is the page's. */
  constructor({ live, announcer, address, user }) {
    Object.assign(this, { live, announcer, address, user });
    this.#toasts = new Toasts(address);
    this.#banners = new Banners(announcer, address);
    this.#load();
    addEventListener("storage", () => this.#load());
  }

  /** An event: `seen` says that its row is before the reader's eyes, `late` that it was missed. */
  heard({ type, topic, cursor, data }, { seen, late }) {
    if (type === "notification.created" && data.inbox) {
      this.#arrive(topic, { ...data, position: position(cursor) }, { seen, late });
    } else if (type === "notification.retracted" && this.#items.delete(data.id)) {
      this.refresh();
    } else if (type === "receipt.changed") {
      this.#read(data.receipts);
    }
  }

  /** Take away what was handled, here or elsewhere. */
  async refresh() {
    const { store } = this.live;
    const wanted = (id) => {
      const item = this.#items.get(id) && (store.get(id) ?? this.#items.get(id));
      return Boolean(item) && store.isUnread(item);
    };
    this.#toasts.keep(wanted);
    this.#banners.keep(wanted);
    (await this.#alerts)?.keep(wanted);
  }

  #arrive(topic, item, { seen, late }) {
    const mine = preferences();
    const now = Date.now();
    if (muted(mine, topic, item.level) || still(mine, now, item.level)) return;
    this.#items.set(item.id, item);
    if (this.#items.size > KEPT) this.#items.delete(this.#items.keys().next().value);
    const storm = late ? 0 : this.#weather(now);
    if (item.level === "critical") this.#banners.add(item, storm > 0);
    else if (!late && !storm) this.#toast(item, mine, seen);
    if (!late && !storm) this.#alert(topic, item, mine);
  }

  #toast(item, mine, seen) {
    if (LEVELS.indexOf(item.level) < LEVELS.indexOf(mine.toasts)) return;
    this.announcer.arrival(item.level);
    if (!seen && document.visibilityState === "visible") this.#toasts.add(item);
  }

  /** How many a storm has brought; it ends when none comes for a while. */
  #weather(now) {
    const count = this.#storm.count(now);
    if (!count) return count;
    const text = fill(gettext("Many notifications are arriving. %(count)s new."), { count });
    if (!this.#timer) this.announcer.say(text);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#calm(), QUIET);
    this.#toasts.storm(text);
    return count;
  }

  #calm() {
    this.#timer = undefined;
    this.#toasts.storm("");
    this.#banners.calm();
  }

  /** Of all pages of a browser only one is heard. */
  async #alert(topic, item, mine) {
    this.#load();
    const alone = this.live.client.leads ?? true;
    if (!this.#alerts || !alone || !ALERTING.includes(item.level)) return;
    const critical = item.level === "critical";
    // Somebody else may have the same name: what is critical is heard in any case.
    const aloud = critical || !item.sender || item.sender !== this.user?.name;
    const shown = !mine.desktop_off?.includes(topic);
    (await this.#alerts).arrive(item, { aloud, shown });
  }

  #load() {
    const { desktop, sound } = own();
    if (!desktop && !sound) return;
    this.#alerts ??= import("../../alerts/apart/index.js").then(({ Alerts }) => new Alerts(this.address));
  }

  /** Who reads here may want to be told of what is critical. */
  async #read(receipts) {
    for (const receipt of receipts) {
      const item = this.#items.get(receipt.id);
      if (item) item.receipt = receipt;
    }
    this.refresh();
    const ids = receipts.filter(({ read_at }) => read_at).map(({ id }) => id);
    if (!ids.length || own().desktop) return;
    const { Offer } = await import("../../alerts/apart/offer.js");
    this.#offer ??= new Offer(this.announcer);
    this.#offer.read(ids);
  }
}
