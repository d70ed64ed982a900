/** The page of one notification: kept as it is on the server, and marked read once it was seen. */
import { setFragment, setIcon, setText, slot } from "./views/dom.js";
import { offer } from "./views/item.js";
import { heading, level } from "./views/text.js";
import { setTime } from "./views/time.js";

const SEEN = 1_000; // visible for so long counts as read

export class DetailPage {
  #root = document.querySelector('[data-page="detail"]');
  #id = Number(this.#root.dataset.id);
  #item = JSON.parse(document.getElementById("noticeboard-item").textContent);
  #live;
  #timer;
  #read = false;

  constructor({ live }) {
    this.#live = live;
    document.addEventListener("visibilitychange", () => this.#plan());
  }

  sees(id) {
    return id === this.#id;
  }

  pause() {}

  /** Connected: from now on what is looked at counts. */
  started() {
    this.#plan();
  }

  render() {
    const unread = this.#live.store.isUnread(this.#item);
    offer(this.#root, { ...this.#item, unread }, Date.now());
  }

  /** The item is kept here: it may be older than what the store has loaded. */
  heard({ type, data }) {
    const mine = data.id === this.#id;
    const receipt = data.receipts?.find(({ id }) => id === this.#id);
    if (receipt) this.#item.receipt = receipt;
    if (mine && type === "notification.retracted") slot(this.#root, "gone").hidden = false;
    if (mine && type === "notification.updated") this.#write(data);
    if (mine || receipt) this.render();
  }

  #write(item) {
    Object.assign(this.#item, item, { position: this.#item.position });
    const { word, icon } = level(item.level);
    this.#root.querySelector("#note").dataset.level = item.level;
    setIcon(slot(this.#root, "level"), icon);
    setText(slot(this.#root, "word"), word);
    setText(slot(this.#root, "title"), heading(item));
    setFragment(slot(this.#root, "body"), item.html);
    slot(this.#root, "link-row").hidden = !item.link;
    slot(this.#root, "link").setAttribute("href", item.link);
    this.#time("ends", "expires", item.expires_at);
    this.#time("edited", "edited-at", item.edited_at);
  }

  #time(part, name, iso) {
    slot(this.#root, part).hidden = !iso;
    if (iso) setTime(slot(this.#root, name), iso);
  }

  /** A preview in another tab's background is not reading. */
  #plan() {
    clearTimeout(this.#timer);
    const unread = !this.#root.querySelector('[data-do="read"]').hidden;
    if (this.#read || !unread || document.visibilityState !== "visible") return;
    this.#timer = setTimeout(() => this.#markRead(), SEEN);
  }

  async #markRead() {
    this.#read = true;
    // Not told if it fails: it stays unread, and the button is there.
    await this.#live.perform("read", { ids: [this.#id] }).catch(() => {});
  }
}
