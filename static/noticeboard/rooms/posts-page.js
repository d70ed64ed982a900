/** A page of posts that is kept right: what the newest and the older ones of a room share. */
import { browser } from "../client/env.js";
import { request } from "../client/requests.js";
import { byId } from "../views/dom.js";
import { gettext } from "../views/text.js";
import { Acts } from "./acts.js";
import { Keys } from "./keys.js";
import { Log } from "./log.js";
import { takeModeration } from "./moderation.js";
import { showPins } from "./pins.js";
import { keepRead, readTo, unreadRoom } from "./reading.js";
import { createRoom } from "./store.js";

const OLDER = 50; // posts asked for at once
const SPREAD = 1_000; // ms within which the pages of a room ask for a snapshot

export class PostsPage {
  config = JSON.parse(byId("room-config").textContent);
  env = browser();
  onWaiting = () => {};
  #later;

  /** `last` is the position that the page ends with, if it is not the newest. */
  constructor({ live, announcer, notices }, { last, onPending } = {}) {
    Object.assign(this, { live, announcer, notices });
    const { slug, topic } = this.config;
    this.store = createRoom(this.config, { topic, last });
    this.log = new Log({
      read: last === undefined ? readTo(this.env, slug) : null,
      onRead: (position) => keepRead(this.env, slug, position),
      onPending,
      target: Number(new URLSearchParams(location.search).get("at")),
      tag: () => this.config.tag,
    });
    this.moderate = takeModeration(this);
    this.draw = this.draw.bind(this);
    this.acts = new Acts(this);
    new Keys(this.env, {
      write: () => this.write(),
      reply: (row) => this.acts.reply(row),
      room: (by) => this.#go(by),
    });
    byId("older").addEventListener("click", (event) => {
      event.preventDefault();
      this.#older();
    });
    byId("wall-link")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#wallLink();
    });
  }

  /** A post that is on this page needs no toast. */
  sees(id) {
    return Boolean(this.store.get(id));
  }

  /** The page is there: now what is needed when somebody does something. */
  started() {
    this.draw({ silent: true });
    for (const ahead of [import("./apart/dialogs.js"), import("./apart/editing.js")]) {
      ahead.catch(this.env.log);
    }
  }

  pause() {}

  /** The inbox has changed, or a minute has passed: a post may have ended. */
  render() {
    if (this.live.client) this.draw({});
  }

  /** Take an event; the post that is new, if it is one. */
  take(event) {
    const { resync, added } = this.store.apply(event);
    // Not all pages of a room at once.
    if (resync) this.#later ??= setTimeout(() => this.resync(), this.env.random() * SPREAD);
    return added;
  }

  /** The log cannot be continued: what came before counts no longer. */
  missed() {
    this.store.forget();
    this.resync();
  }

  async resync() {
    clearTimeout(this.#later);
    this.#later = undefined;
    await this.fetch({ limit: this.store.wanted, ...this.around() }, (page) => this.store.replace(page));
  }

  /** What a snapshot of this very page is asked for with. */
  around() {
    return {};
  }

  /** Show `posts` and what waits to be sent. */
  draw(options, posts = this.store.posts(), pending = []) {
    this.log.render(posts, pending, { ...options, more: this.store.more });
    this.acts.keep();
    showPins(this.store.pinned());
  }

  async fetch(query, take) {
    try {
      take(await request(this.env, `${this.config.urls.posts}?${new URLSearchParams(query)}`));
      this.draw({ silent: true });
    } catch (error) {
      this.notices.failed(gettext("Couldn't load posts."), error, () => this.fetch(query, take));
    }
  }

  #older() {
    return this.fetch({ before: this.store.oldest, limit: OLDER }, (page) => this.store.append(page));
  }

  #go(by) {
    const { rooms, slug } = this.config;
    const room = unreadRoom(rooms, slug, by, (each) => readTo(this.env, each));
    if (room) location.assign(room.url);
    else this.announcer.say(gettext("Nothing new in other rooms."));
  }

  async #wallLink() {
    const { urls, csrf_cookie: csrf } = this.config;
    const ask = async (body) => (await request(this.env, urls.wall_link, { body, csrf })).url;
    try {
      byId("room-menu").open = false;
      const { showLink } = await import("./apart/dialogs.js");
      await showLink(await ask({}), () => ask({ new: true }));
    } catch (error) {
      this.notices.failed(gettext("Couldn't save."), error, () => this.#wallLink());
    }
  }
}
