/** The inbox page: the list and all that stands around it follow the store. */
import { Keys } from "./inbox/keys.js";
import { Older } from "./inbox/older.js";
import { preferences } from "./preferences/mine.js";
import { byId, setHidden, slot } from "./views/dom.js";
import { Empty } from "./views/empty.js";
import { Filters, narrowed } from "./views/filters.js";
import { List } from "./views/list.js";
import { atFirstSign } from "./views/signs.js";
import { fill, gettext, ngettext } from "./views/text.js";

const CAP = 100; // the server counts unread no further
const WIDE = "(width >= 64rem)"; // there is room for a notification beside the list

/** Filters as an action has them. */
const written = ({ view, levels: level, topic, q }) => ({
  view,
  ...(level.length && { level }),
  ...(topic && { topic }),
  ...(q && { q }),
});

export class InboxPage {
  list;
  pane; // a notification beside the list, once there is one
  #empty;
  #filters;
  #keys = new Keys();
  #older;
  #paused = false;
  #fresh = false;
  #desk;
  #made; // the desk, once it is there

  constructor({ live, address, announcer, notices, page }) {
    Object.assign(this, { onWaiting: () => {}, live, address, announcer, notices });
    this.list = new List(address);
    this.list.onLeft = () => this.render();
    this.#empty = new Empty(announcer);
    this.#filters = new Filters(page, (filters) => this.#filter(filters));
    this.#older = new Older(() => this.#load());
    live.onUndone = (ids) => this.#run("show", ids);
    live.onRefused = (deed, error) => this.#failed(deed, error);
    byId("pill").addEventListener("click", () => this.release());
    byId("feed").addEventListener("click", (event) => this.#click(event));
    document.addEventListener("keydown", (event) => this.#key(event));
    byId("show-keys")?.addEventListener("click", () => this.#run("help"));
    atFirstSign(() => this.#prepare());
  }

  /** Whether the row of a notification is before the reader's eyes. */
  sees(id) {
    return this.list.inSight(id) || Boolean(this.pane?.sees(id));
  }

  pause(paused) {
    this.#paused = paused;
    this.render();
  }

  heard(event) {
    this.pane?.heard(event);
    if (event.type === "views.changed") this.#saved(event.data.views);
  }

  /** Show what the store has now. */
  render() {
    const { store, filters } = this.live;
    const [items, more] = this.#older.cut(store.items(), store.more, filters);
    const hold = !this.#fresh && (this.#paused || !this.list.quiet);
    const { type, data } = store.latest ?? {};
    const withdrawn = type === "notification.retracted" && data.reason === "retracted" ? data.id : 0;
    this.list.render(items, { hold, fresh: this.#fresh, more, withdrawn });
    this.#fresh = false;
    this.#filters.hint(store.state.hints);
    this.#empty.show({ filled: this.list.rows.length > 0, more, filters });
    this.#pill();
    this.#markAll(items);
    this.#made?.keep();
    this.pane?.render();
    this.onWaiting(this.list.waiting.size);
  }

  /** Do something to notifications, after a question where it is due. */
  async act(action, payload) {
    const { ids } = payload;
    const many = action === "read_all" || (action === "read" && ids.length > 1);
    if (many && !(await (await this.#atDesk()).sure(ids.length ? ids : null))) return;
    const filter = action === "read_all" && ids.length ? written(this.live.filters) : undefined;
    const done = this.live.act(action, { ...payload, filter });
    await done.catch((error) => this.#failed({ action, ...payload }, error));
  }

  /** Show what waits behind the pill. */
  release() {
    if (!this.list.waiting.size) return;
    const ids = this.list.release(this.live.store.items());
    this.render();
    window.scrollTo({ top: 0 });
    this.list.focus(ids[0]);
  }

  /** What is needed once somebody is there, also when the network has gone by then. */
  #prepare() {
    this.#atDesk();
    this.live.deeds().catch(() => {});
  }

  #atDesk() {
    this.#desk ??= import("./inbox/later/desk.js").then(({ Desk }) => (this.#made = new Desk(this)));
    return this.#desk;
  }

  async #run(wish, ...given) {
    (await this.#atDesk()).run(wish, ...given);
  }

  #key(event) {
    const wish = this.#keys.wish(event, preferences().shortcuts !== false);
    if (!wish) return;
    if (wish !== "escape") event.preventDefault();
    this.#run(wish);
  }

  #click(event) {
    const { target, shiftKey, ctrlKey, metaKey } = event;
    const link = target.closest('[data-slot="title"]');
    if (link && (shiftKey || ctrlKey || metaKey || !matchMedia(WIDE).matches)) return;
    if (link) event.preventDefault();
    this.#run("press", target, shiftKey);
  }

  async #failed(deed, error) {
    (await this.#atDesk()).failed(deed, error);
  }

  async #saved(views) {
    const { showSaved } = await import("./inbox/later/saved.js");
    showSaved(views, this.#filters.page);
    this.#filters.markSaved();
  }

  #pill() {
    const count = this.list.waiting.size;
    const text = ngettext("%(count)s new notification", "%(count)s new notifications", count);
    if (count) slot(byId("pill"), "label").textContent = fill(text, { count });
    setHidden(byId("pill"), count === 0, () => byId("heading"));
  }

  /** Of a narrowed list the shown ones are marked, and what of it is not loaded yet. */
  #markAll(items) {
    const { store, filters } = this.live;
    const form = byId("mark-all");
    const whole = !narrowed(filters) && !filters.before && ["inbox", "unread"].includes(filters.view);
    const ids = whole ? [] : items.filter((item) => item.unread).map((item) => item.id);
    const beyond = whole || filters.before ? 0 : store.state.beyond;
    const count = whole ? store.unread() : Math.min(CAP, ids.length + beyond);
    form.action = form.action.replace(/\/[a-z_]+\/$/, whole || beyond ? "/read_all/" : "/read/");
    form.elements.cursor.value = store.state.cursor;
    for (const input of form.querySelectorAll("[name=ids]")) input.remove();
    for (const id of ids) {
      const input = Object.assign(document.createElement("input"), { type: "hidden", name: "ids" });
      input.value = id;
      form.append(input);
    }
    const n = count < CAP ? count : `${CAP - 1}+`;
    slot(form, "label").textContent = fill(ngettext("Mark %(n)s read", "Mark %(n)s read", count), { n });
    setHidden(form, count === 0, () => byId("heading"));
  }

  async #filter(filters) {
    this.pane?.closed();
    const { filters: before } = this.live;
    this.#fresh = true;
    this.#older.begin();
    try {
      await this.#empty.during(this.live.filter(filters));
      this.notices.clear();
    } catch (error) {
      this.#fresh = false;
      if (error.code === "bad_search") return this.#misspelt(before, error.detail);
      this.notices.failed(gettext("Couldn't load notifications."), error, () => this.#filter(filters));
    }
  }

  /** A search that the server does not understand: the list stays as it was. */
  #misspelt(before, text) {
    this.live.filters = before;
    this.live.store.state.hints = [text];
    this.render();
    this.announcer.say(text);
  }

  async #load() {
    try {
      await this.#empty.during(this.live.older());
    } catch (error) {
      this.notices.failed(gettext("Couldn't load notifications."), error, () => this.#load());
    }
  }
}
