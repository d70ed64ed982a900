/** One notification in full, on its own page or in the pane: kept as it is on the server. */
import { setFragment, setHidden, setIcon, setText, slot } from "../../views/dom.js";
import { heading, level } from "../../views/text.js";
import { setTime, write } from "../../views/time.js";
import { Extras } from "./extras.js";
import { Offers } from "./offers.js";

const SEEN = 1_000; // visible for so long counts as read
const OPPOSITE = { read: "unread", unread: "read", done: "undone", undone: "done" };

export class Note {
  #root;
  #live;
  #item;
  #offers;
  #extras;
  #timer;
  #read = false;
  #plans = new AbortController();
  #renew;

  /** `root` is the `<article>` that the server has made. */
  constructor(root, { live, announcer, notices, renew }) {
    this.#root = root;
    this.#renew = renew;
    this.#live = live;
    this.#item = JSON.parse(root.querySelector("script").textContent);
    this.#offers = new Offers(root, announcer);
    this.#extras = new Extras(root, { live, announcer, notices, item: this.#item });
    for (const time of root.querySelectorAll("time[datetime]")) write(time);
    this.render();
  }

  get id() {
    return this.#item.id;
  }

  get heading() {
    return slot(this.#root, "title");
  }

  /** Forget it: another one is shown. */
  close() {
    clearTimeout(this.#timer);
    this.#plans.abort();
  }

  /** Whoever looks at it for a second has read it; a preview in a tab's background is not reading. */
  watch() {
    const { signal } = this.#plans;
    document.addEventListener("visibilitychange", () => this.#plan(), { signal });
    this.#plan();
  }

  /** Whoever opens it has read it. */
  async markRead() {
    if (this.#read || !this.#is.unread) return;
    this.#read = true;
    // Not told if it fails: it stays unread, and the button is there.
    await this.#live.perform("read", { ids: [this.id] }).catch(() => {});
  }

  /** Say that this is what was there when the network went. */
  saved(is) {
    slot(this.#root, "saved").hidden = !is;
  }

  render() {
    const is = this.#is;
    const part = (name) => slot(this.#root, name);
    for (const [name, shown] of Object.entries(is.offered)) this.#show(name, shown);
    const button = (name) => this.#root.querySelector(`button[data-do="${name}"]`);
    button("done").disabled = is.waits;
    part("why").hidden = !is.waits;
    if (part("acknowledged")) part("acknowledged").hidden = !is.acknowledged;
    if (button("acknowledge")) button("acknowledge").disabled = is.expired;
    const snooze = this.#root.querySelector("[data-snooze]");
    if (snooze) setHidden(snooze, is.snoozed || is.done || is.expired, () => this.heading);
    part("ended").hidden = !is.expired;
    if (is.expired) setTime(part("ended-at"), this.#item.expires_at);
    this.#offers.close(is.expired);
  }

  heard({ type, data }) {
    const receipt = data.receipts?.find(({ id }) => id === this.id);
    if (receipt) this.#received(receipt);
    if (type === "preferences.changed") this.#extras.muted(data.preferences);
    if (data.id === this.id) {
      if (type === "notification.retracted") this.#withdrawn();
      if (type === "notification.updated") this.#write(data);
      if (type === "action.done") this.#offers.done(data);
    }
    this.render();
  }

  /** How it stands with the reader. What the store has loaded knows of what was just clicked. */
  get #is() {
    const { store } = this.#live;
    const held = store.get(this.id);
    const item = held ? { ...this.#item, receipt: held.receipt } : this.#item;
    const { done_at, snoozed_until, acknowledged_at } = item.receipt ?? {};
    const now = Date.now();
    const [done, acknowledged] = [Boolean(done_at), Boolean(acknowledged_at)];
    const snoozed = Date.parse(snoozed_until ?? 0) > now;
    const expired = Date.parse(item.expires_at ?? "") <= now;
    const unread = store.isUnread(item);
    const waits = item.acknowledge && !acknowledged && !expired;
    const offered = { read: unread, unread: !unread, done: !done, undone: done };
    Object.assign(offered, { unsnooze: snoozed, acknowledge: !acknowledged });
    return { offered, done, snoozed, acknowledged, expired, unread, waits };
  }

  /** The focus goes from a button that leaves to its opposite. */
  #show(name, shown) {
    const button = (of) => this.#root.querySelector(`button[data-do="${of}"]`);
    if (!button(name)) return;
    const opposite = button(OPPOSITE[name]);
    if (!shown && opposite) opposite.hidden = false;
    setHidden(button(name), !shown, () => opposite ?? this.heading);
  }

  #received(receipt) {
    const before = this.#item.receipt?.acknowledged_at;
    this.#item.receipt = receipt;
    if (!before && receipt.acknowledged_at) this.#extras.counted();
  }

  #withdrawn() {
    slot(this.#root, "gone").hidden = false;
    const parts = [...this.#root.querySelectorAll(".note-actions, [data-slot=offers], [data-slot=link-row]")];
    for (const part of parts) setHidden(part, true, () => this.heading);
  }

  #write(item) {
    const made = ({ acknowledge, actions }) => JSON.stringify([acknowledge, actions]);
    if (made(item) !== made(this.#item)) this.#renew();
    Object.assign(this.#item, item, { position: this.#item.position, receipt: this.#item.receipt });
    const { word, icon } = level(item.level);
    this.#root.dataset.level = item.level;
    setIcon(slot(this.#root, "level"), icon);
    setText(slot(this.#root, "word"), word);
    setText(this.heading, heading(item));
    setFragment(slot(this.#root, "body"), item.html);
    slot(this.#root, "link-row").hidden = !item.link;
    slot(this.#root, "link").setAttribute("href", item.link);
    this.#time("ends", "expires", item.expires_at);
    this.#time("edited", "edited-at", item.edited_at);
    this.#extras.edited();
  }

  #time(part, name, iso) {
    slot(this.#root, part).hidden = !iso;
    if (iso) setTime(slot(this.#root, name), iso);
  }

  #plan() {
    clearTimeout(this.#timer);
    if (this.#read || document.visibilityState !== "visible") return;
    this.#timer = setTimeout(() => this.markRead(), SEEN);
  }
}
