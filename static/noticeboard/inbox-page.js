/** The inbox page: the list and all that stands around it follow the store. */
import { byId, setHidden, slot } from "./views/dom.js";
import { Empty } from "./views/empty.js";
import { Filters, narrowed } from "./views/filters.js";
import { List } from "./views/list.js";
import { fill, gettext, ngettext } from "./views/text.js";

export class InboxPage {
  #live;
  #address;
  #announcer;
  #notices;
  #list;
  #empty;
  #paused = false;
  #fresh = false;

  constructor({ live, address, announcer, notices, page }) {
    Object.assign(this, { onWaiting: () => {} });
    this.#live = live;
    this.#announcer = announcer;
    this.#notices = notices;
    this.#list = new List(address);
    this.#empty = new Empty(announcer);
    new Filters(page, (filters) => this.#filter(filters));
    byId("pill").addEventListener("click", () => this.#release());
    byId("older").addEventListener("click", (event) => {
      event.preventDefault();
      this.#older();
    });
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Whether the row of a notification is before the reader's eyes. */
  sees(id) {
    return this.#list.inSight(id);
  }

  pause(paused) {
    this.#paused = paused;
    this.render();
  }

  /** Show what the store has now. */
  render() {
    const { store, filters } = this.#live;
    const items = store.items();
    const hold = !this.#fresh && (this.#paused || !this.#list.quiet);
    const fresh = this.#fresh;
    this.#fresh = false;
    this.#list.render(items, { hold, fresh, more: store.more });
    this.#empty.show({ filled: items.length > 0, more: store.more, filters });
    this.#pill();
    this.#markAll(items);
    this.onWaiting(this.#list.waiting.size);
  }

  #pill() {
    const count = this.#list.waiting.size;
    const text = ngettext("%(count)s new notification", "%(count)s new notifications", count);
    if (count) slot(byId("pill"), "label").textContent = fill(text, { count });
    setHidden(byId("pill"), count === 0, () => byId("heading"));
  }

  #release() {
    const ids = this.#list.release();
    this.#fresh = true;
    this.render();
    window.scrollTo({ top: 0 });
    this.#list.focus(ids[0]);
  }

  /** The whole inbox is marked by its cursor, a narrowed list by its ids; the button says which. */
  #markAll(items) {
    const { store, filters } = this.#live;
    const form = byId("mark-all");
    const whole = !narrowed(filters) && ["inbox", "unread"].includes(filters.view);
    const ids = whole ? [] : items.filter((item) => item.unread).map((item) => item.id);
    const count = whole ? store.unread() : ids.length;
    form.action = form.action.replace(/\/[a-z_]+\/$/, whole ? "/read_all/" : "/read/");
    form.elements.cursor.value = store.state.cursor;
    for (const input of form.querySelectorAll("[name=ids]")) input.remove();
    for (const id of ids) {
      const input = Object.assign(document.createElement("input"), { type: "hidden", name: "ids" });
      input.value = id;
      form.append(input);
    }
    const some = fill(ngettext("Mark %(n)s read", "Mark %(n)s read", count), { n: count });
    slot(form, "label").textContent = whole ? gettext("Mark all read") : some;
    setHidden(form, count === 0, () => byId("heading"));
  }

  async #filter(filters) {
    this.#fresh = true;
    try {
      await this.#empty.during(this.#live.filter(filters));
      this.#notices.clear();
    } catch (error) {
      this.#fresh = false;
      this.#notices.failed(gettext("Couldn't load notifications."), error, () => this.#filter(filters));
    }
  }

  async #older() {
    try {
      await this.#empty.during(this.#live.older());
    } catch (error) {
      this.#notices.failed(gettext("Couldn't load notifications."), error, () => this.#older());
    }
  }

  #key(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "." || typing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (this.#list.waiting.size) this.#release();
  }
}
