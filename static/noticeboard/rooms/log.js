/** The posts on the page: kept at the bottom where one reads there, kept still where one does not. */
import { byId, slot, stamp } from "../views/dom.js";
import { fill, gettext, ngettext } from "../views/text.js";
import { clock } from "../views/time.js";
import { createRow, fillRow } from "./post.js";

const NEAR = 48; // px from the bottom that still count as being there
const QUIET = 300; // ms for which what is put in is not read out

export class Log {
  #log = byId("log");
  #list = byId("posts");
  #outbox = byId("outbox");
  #button = byId("new");
  #rows = new Map();
  #shown = new Map(); // the post as it was last written, and the one before it, by id
  #read; // position up to which was read before this page was opened
  #divider;
  #target;
  #waiting = 0;
  #placed = false;

  /**
   * `read` as told by `onRead(position)` before, or null; `onPending(key, "again" | "drop")`;
   * `target` is the id of the post to begin at, `tag()` the reader's own among reactions.
   */
  constructor({ read, onRead, onPending, target, tag }) {
    Object.assign(this, { onRead, onPending, tag });
    this.#read = read;
    this.#target = target;
    for (const row of this.#list.children) this.#rows.set(Number(row.dataset.id), row);
    this.#log.addEventListener("scroll", () => this.#looked(), { passive: true });
    document.addEventListener("visibilitychange", () => this.#looked());
    this.#button.addEventListener("click", () => {
      this.toBottom();
      this.#log.focus({ preventScroll: true });
    });
  }

  row(id) {
    return this.#rows.get(id);
  }

  get atBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight <= NEAR;
  }

  toBottom() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#looked();
  }

  /** Show `posts` (the oldest first) and what waits in the outbox; `silent` is not read out. */
  render(posts, pending, { more, silent = false, arrived = 0 } = {}) {
    const stay = this.#placed && !this.atBottom;
    const anchor = stay ? this.#anchor() : undefined;
    if (silent) this.#hush();
    this.#write(posts);
    this.#divide(posts);
    this.#pending(pending);
    byId("older").hidden = !more;
    byId("start").hidden = more;
    byId("empty").hidden = posts.length > 0 || pending.length > 0;
    this.#newest = posts.at(-1)?.position ?? 0;
    if (stay) this.#hold(anchor);
    else this.#place();
    this.#waiting = stay ? this.#waiting + arrived : 0;
    this.#offer();
    this.#looked();
  }

  #newest = 0;

  #write(posts) {
    const ids = new Set(posts.map(({ id }) => id));
    for (const [id, row] of this.#rows) if (!ids.has(id)) this.#remove(id, row);
    let last = null;
    let place = this.#list.firstElementChild;
    for (const post of posts) {
      while (place === this.#divider && place) place = place.nextElementSibling;
      const row = this.#rows.get(post.id) ?? createRow(post);
      this.#rows.set(post.id, row);
      if (row === place) place = place.nextElementSibling;
      else this.#list.insertBefore(row, place);
      this.#fill(row, post, last);
      last = post;
    }
  }

  /** With a thousand posts on the page, one that has not changed costs next to nothing. */
  #fill(row, post, before) {
    const was = this.#shown.get(post.id);
    if (was?.post === post && was.before === before) return;
    fillRow(row, post, { before, was: was?.post, tag: this.tag() });
    this.#shown.set(post.id, { post, before });
  }

  #remove(id, row) {
    if (row.contains(document.activeElement)) this.#log.focus({ preventScroll: true });
    row.remove();
    this.#rows.delete(id);
    this.#shown.delete(id);
  }

  #pending(entries) {
    const words = {
      sending: gettext("Sending…"),
      sent: gettext("Sent"),
      waiting: gettext("Not sent yet. It is tried again."),
      failed: gettext("Not delivered."),
    };
    const rows = entries.map(({ key, text, state, error }) => {
      const row = stamp("pending-template");
      row.dataset.state = state;
      slot(row, "text").textContent = text;
      slot(row, "state").textContent = `${words[state]} ${error?.message ?? ""}`.trim();
      for (const what of ["again", "drop"]) {
        slot(row, what).hidden = state !== "failed";
        slot(row, what).addEventListener("click", () => this.onPending(key, what));
      }
      return row;
    });
    this.#outbox.replaceChildren(...rows);
    this.#outbox.hidden = !rows.length;
  }

  /** Once, above the first post that came since this reader was here; it stays where it is. */
  #divide(posts) {
    if (this.#divider || this.#read === null) return;
    const first = posts.find(({ position }) => position > this.#read);
    if (!this.#placed && first && first !== posts[0]) {
      this.#divider = stamp("divider-template");
      const time = clock(Date.parse(first.published_at));
      slot(this.#divider, "label").textContent = fill(gettext("New since %(time)s"), { time });
      this.#list.insertBefore(this.#divider, this.#rows.get(first.id));
    }
  }

  /** The first time at the post that was asked for or at the divider, then at the bottom. */
  #place() {
    const first = !this.#placed;
    this.#placed = true;
    const target = first && this.#rows.get(this.#target);
    const above = (row) => row.getBoundingClientRect().top - this.#log.getBoundingClientRect().top;
    if (target) {
      this.#log.scrollTop += above(target) - this.#log.clientHeight / 3;
      return;
    }
    this.#log.scrollTop = this.#log.scrollHeight;
    if (first && this.#divider) this.#log.scrollTop += Math.min(0, above(this.#divider));
  }

  /** The first row in sight, and where it stands. */
  #anchor() {
    const top = this.#log.getBoundingClientRect().top;
    const row = [...this.#list.children].find((each) => each.getBoundingClientRect().bottom > top);
    return row && { row, at: row.getBoundingClientRect().top };
  }

  #hold(anchor) {
    if (!anchor?.row.isConnected) return;
    this.#log.scrollTop += anchor.row.getBoundingClientRect().top - anchor.at;
  }

  #offer() {
    const count = this.#waiting;
    const text = ngettext("%(count)s new post", "%(count)s new posts", count);
    slot(this.#button, "label").textContent = fill(text, { count });
    this.#button.hidden = count === 0;
  }

  #looked() {
    if (!this.#placed || !this.atBottom || document.visibilityState === "hidden") return;
    this.#waiting = 0;
    if (this.#button === document.activeElement) this.#log.focus({ preventScroll: true });
    this.#offer();
    if (this.#newest) this.onRead(this.#newest);
  }

  /** Neither history nor one's own words are news to a screen reader. */
  #hush() {
    this.#log.setAttribute("aria-live", "off");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#log.removeAttribute("aria-live"), QUIET);
  }

  #timer;
}
