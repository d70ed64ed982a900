/** What the reader does with the list: keys, menus, choosing several. Loaded at the first sign of one. */
import { byId, slot } from "../../views/dom.js";
import { fill, gettext, ngettext } from "../../views/text.js";
import { Beside } from "./beside.js";
import { blame } from "./blame.js";
import { Bulk } from "./bulk.js";
import { dialog } from "./dialog.js";
import { leave } from "./leave.js";
import { make } from "./make.js";
import { menu } from "./menu.js";
import { copy, needed, offers } from "./more.js";
import { chooseUntil } from "./snooze.js";

export class Desk {
  #page;
  #beside;
  #bulk;
  #row; // the last one that had the focus

  /** `page` has list, live, announcer, notices, address(id), act(action, payload), release(). */
  constructor(page) {
    this.#page = page;
    this.#beside = new Beside(page);
    this.#bulk = new Bulk(page.list, (name, button) => this.#together(name, button));
    const remember = ({ target }) => (this.#row = target.closest?.("article") ?? this.#row);
    byId("feed").addEventListener("focusin", remember);
    remember({ target: document.activeElement });
  }

  /** Do what a key or a click asked for. */
  run(wish, ...given) {
    this[`_${wish}`](...given);
  }

  /** Something in a row was clicked. */
  _press(target, range) {
    const [button, box, link] = ["[data-menu]", ".pick", '[data-slot="title"]'].map((part) => target.closest(part));
    if (button) return this.#menu(button);
    if (box) return this.#bulk.toggle(box.closest("article"), { range, on: box.checked });
    if (link) return this.#beside.open(Number(link.closest("article").dataset.id));
  }

  /** What was undone is back. */
  _show(ids) {
    const row = ids.map((id) => this.#page.list.row(id)).find(Boolean);
    (row ?? byId("heading")).focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  /** The list has changed. */
  keep() {
    this.#bulk.keep();
  }

  /** Whether the reader means it: asked where what is critical would be marked read with the rest. */
  async sure(ids) {
    const { store } = this.#page.live;
    const items = ids ? ids.map((id) => store.get(id)) : store.items();
    const critical = items.filter((item) => item?.level === "critical" && store.isUnread(item)).length;
    const count = ids?.length ?? store.unread();
    if (!critical || count < 2) return true;
    const text = ngettext(
      "%(count)s of them is critical and unread.",
      "%(count)s of them are critical and unread.",
      critical,
    );
    const words = { n: count };
    return dialog(
      {
        title: fill(ngettext("Mark %(n)s read?", "Mark %(n)s read?", count), words),
        yes: fill(ngettext("Mark %(n)s read", "Mark %(n)s read", count), words),
      },
      make("p", {}, fill(text, { count: critical })),
    );
  }

  /** Say that a deed could not be saved: in its row, if it is about one that is there. */
  failed({ action, ...payload }, error) {
    const again = () => this.#page.act(action, payload);
    const { list, announcer, notices } = this.#page;
    const row = payload.ids?.length === 1 && list.row(payload.ids[0]);
    const text = gettext("Couldn't save.");
    if (!row) return notices.failed(text, error, again);
    blame(row, text, again);
    announcer.interrupt(text);
  }

  _next() {
    this.#step(1);
  }

  _previous() {
    this.#step(-1);
  }

  _open() {
    if (this.#current) this.#beside.open(Number(this.#current.dataset.id));
  }

  _done() {
    const { view } = this.#page.live.filters;
    this.#each(view === "done" ? "undone" : "done");
  }

  _read() {
    this.#each("read");
  }

  _unread() {
    this.#each("unread");
  }

  _snooze() {
    const row = this.#current;
    if (this.#bulk.ids.length) return this.#together("snooze", byId("bulk").querySelector("[value=snooze]"));
    if (row) this.#menu(row.querySelector('[data-menu="snooze"]'));
  }

  _select() {
    if (this.#current) this.#bulk.toggle(this.#current);
  }

  _range() {
    if (this.#current) this.#bulk.toggle(this.#current, { range: true });
  }

  _acknowledge() {
    const item = this.#current && this.#item(this.#current);
    if (item && needed(item)) this.#page.act("acknowledge", { ids: [item.id] });
  }

  async _undo() {
    (await this.#page.live.deeds()).undo();
  }

  _release() {
    this.#page.release();
  }

  _search() {
    byId("filters").open = true;
    byId("q").focus();
    byId("q").select();
  }

  _pause() {
    slot(byId("connection"), "pause").click();
  }

  async _help() {
    const { help } = await import("./help.js");
    const { notices } = this.#page;
    await help().catch((error) => notices.failed(gettext("Couldn't save."), error, () => this._help()));
  }

  _escape() {
    if (this.#bulk.ids.length) this.#bulk.clear();
    else this.#beside.close();
  }

  _goInbox() {
    document.querySelector('.views [data-view="inbox"]').click();
  }

  _goPreferences() {
    byId("preferences-link")?.click();
  }

  _goRooms() {
    document.querySelector('.links a[href$="/rooms/"]')?.click();
  }

  _before() {
    leave(byId("feed"), -1);
  }

  _after() {
    leave(byId("feed"), 1);
  }

  async #menu(button) {
    const row = button.closest("article");
    const item = this.#item(row);
    if (button.dataset.menu === "snooze") return this.#snooze([item], button);
    const name = await menu(button, offers(item), gettext("More actions"));
    if (name === "select") return this.#bulk.toggle(row);
    if (name === "copy") return copy(this.#page, item.id);
    if (name) return this.#page.act(name, { ids: [item.id] });
  }

  /** The row that a key is about: where the focus is; where it was, if it is nowhere now. */
  get #current() {
    const focused = document.activeElement;
    const row = focused === document.body ? this.#row : focused.closest("#feed article");
    return row?.isConnected && !("gone" in row.dataset) ? row : null;
  }

  #item(row) {
    const { store } = this.#page.live;
    const item = store.get(Number(row.dataset.id));
    return { ...item, unread: store.isUnread(item) };
  }

  #step(by) {
    const { rows } = this.#page.list;
    const from = this.#current ?? (this.#row?.isConnected ? this.#row : null);
    const place = from ? rows.indexOf(from) + by : 0;
    const row = rows[Math.max(0, Math.min(rows.length - 1, place))];
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  /** On what is chosen, else on the current row, if it makes a difference there. */
  #each(action) {
    if (this.#bulk.ids.length) return this.#together(action);
    const item = this.#current && this.#item(this.#current);
    const same = { read: item && !item.unread, unread: item?.unread, done: item?.receipt?.done_at };
    if (item && !same[action]) this.#page.act(action, { ids: [item.id] });
  }

  async #together(name, button) {
    if (name === "clear") return this.#bulk.clear();
    const { ids } = this.#bulk;
    const items = ids.map((id) => this.#item(this.#page.list.row(id)));
    if (name === "snooze") return this.#snooze(items, button);
    const open = name === "done" ? items.filter((item) => !needed(item)) : items;
    const left = items.length - open.length;
    if (name === "read" && !(await this.sure(ids))) return;
    this.#bulk.clear();
    if (open.length) this.#page.act(name, { ids: open.map(({ id }) => id) });
    if (left) this.#page.announcer.say(this.#stay(left));
  }

  #stay(count) {
    const text = ngettext(
      "%(count)s needs your acknowledgement and stays.",
      "%(count)s need your acknowledgement and stay.",
      count,
    );
    return fill(text, { count });
  }

  async #snooze(items, button) {
    const ends = items.map((item) => item.expires_at).filter(Boolean).sort();
    const until = await chooseUntil(button, { expires_at: ends[0] });
    if (!until) return;
    this.#bulk.clear();
    this.#page.act("snooze", { ids: items.map(({ id }) => id), until });
  }
}
