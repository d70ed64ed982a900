/** The posts on the page: kept at the bottom where one reads there, kept still where one does not. */
import { byId, setFragment, setText, slot, stamp } from "../views/dom.js";
import { fill, gettext, ngettext } from "../views/text.js";
import { clock, dayName, setTime } from "../views/time.js";

const TOGETHER = 300_000; // posts of one author that follow so soon stand under one name
const NEAR = 48; // px from the bottom that still count as being there
const QUIET = 300; // ms for which what is put in is not read out

const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

/** Whether `post` stands under the name of the one `before` it. */
export function follows(post, before) {
  if (!before || post.title || before.sender !== post.sender) return false;
  const [from, to] = [before, post].map((each) => Date.parse(each.published_at));
  return to - from < TOGETHER && sameDay(from, to);
}

export class Log {
  #log = byId("log");
  #list = byId("posts");
  #outbox = byId("outbox");
  #button = byId("new");
  #rows = new Map();
  #shown = new Map(); // post as it was last written, by id
  #read; // position up to which was read before this page was opened
  #divider;
  #waiting = 0;
  #placed = false;

  /** `read` as told by `onRead(position)` before, or null; `onPending(key, "again" | "drop")`. */
  constructor({ read, onRead, onPending }) {
    Object.assign(this, { onRead, onPending });
    this.#read = read;
    for (const row of this.#list.children) this.#rows.set(Number(row.dataset.id), row);
    this.#log.addEventListener("scroll", () => this.#looked(), { passive: true });
    document.addEventListener("visibilitychange", () => this.#looked());
    this.#button.addEventListener("click", () => {
      this.toBottom();
      this.#log.focus({ preventScroll: true });
    });
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
      const row = this.#rows.get(post.id) ?? this.#create(post);
      if (row === place) place = place.nextElementSibling;
      else this.#list.insertBefore(row, place);
      this.#fill(row, post, last);
      last = post;
    }
  }

  #create(post) {
    const row = stamp("post-template");
    row.dataset.id = post.id;
    row.id = `post-${post.id}`;
    for (const button of row.querySelectorAll("[data-moderate]")) button.value = post.id;
    this.#rows.set(post.id, row);
    return row;
  }

  #remove(id, row) {
    if (row.contains(document.activeElement)) this.#log.focus({ preventScroll: true });
    row.remove();
    this.#rows.delete(id);
    this.#shown.delete(id);
  }

  #fill(row, post, before) {
    const first = !before || !sameDay(before.published_at, post.published_at);
    const together = follows(post, before);
    const was = this.#shown.get(post.id);
    row.classList.toggle("follows", together);
    setText(slot(row, "day"), first ? dayName(Date.parse(post.published_at)) : "");
    for (const [name, hidden] of [["pin", post.pinned], ["unpin", !post.pinned]]) {
      const button = row.querySelector(`[name="${name}"]`);
      if (button) button.hidden = hidden;
    }
    slot(row, "pinned").hidden = !post.pinned;
    slot(row, "edited").hidden = !post.edited_at;
    slot(row, "author").textContent = post.sender;
    slot(row, "initial").textContent = [...post.sender][0] ?? "";
    setText(slot(row, "title"), post.title);
    setTime(slot(row, "time"), post.published_at);
    if (was?.html !== post.html) setFragment(slot(row, "body"), post.html);
    this.#shown.set(post.id, post);
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

  /** The first time at the divider, then at the bottom. */
  #place() {
    const first = !this.#placed;
    this.#placed = true;
    this.#log.scrollTop = this.#log.scrollHeight;
    if (!first || !this.#divider) return;
    const above = this.#divider.getBoundingClientRect().top - this.#log.getBoundingClientRect().top;
    if (above < 0) this.#log.scrollTop += above;
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
