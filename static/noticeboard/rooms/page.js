/** The page of one room: its store, what is shown of it, and what one does in it. */
import { browser } from "../client/env.js";
import { request } from "../client/requests.js";
import { byId, slot } from "../views/dom.js";
import { fill, gettext, ngettext } from "../views/text.js";
import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { showRoom, takeModeration } from "./moderation.js";
import { Outbox } from "./outbox.js";
import { People } from "./people.js";
import { createRoom } from "./store.js";

const SPREAD = 1_000; // ms within which the pages of a room ask for a snapshot
const UP = new Set(["live", "delayed", "paused"]);

export class RoomPage {
  #config = JSON.parse(byId("room-config").textContent);
  #env = browser();
  #store = createRoom(this.#config, { topic: this.#config.topic });
  #live;
  #announcer;
  #notices;
  #log;
  #outbox;
  #composer;
  #people;
  #up = false;
  #barred = barred(); // why this reader may not post even where others do
  #held = []; // posts in my name, until it is known whether they are what is being sent
  #own = new Set();
  #paused = false;
  #missed = 0;
  #later;

  constructor({ live, announcer, notices }) {
    Object.assign(this, { onWaiting: () => {} });
    this.#live = live;
    this.#announcer = announcer;
    this.#notices = notices;
    const { slug, most } = this.#config;
    this.#log = new Log({
      read: this.#readTo(),
      onRead: (position) => this.#keepRead(position),
      onPending: (key, what) => this.#outbox[what](key),
    });
    const calls = {
      send: (post) => this.#send(post),
      onChange: () => this.#settle(),
      onSent: (id) => this.#sent(id),
      onLimited: (...refused) => this.#composer.limited(...refused),
    };
    const name = `noticeboard.outbox.${slug}`;
    const storage = session();
    this.#outbox = new Outbox(calls, { storage, name, env: this.#env });
    const send = (text, key) => this.#outbox.add(text, key);
    const typing = () => this.#people?.typing();
    this.#composer = new Composer({ most, slug, storage, send, typing });
    byId("older").addEventListener("click", (event) => {
      event.preventDefault();
      this.#older();
    });
    takeModeration({ config: this.#config, env: this.#env, announcer, notices });
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The client is there: what waited in the last page is sent. */
  started() {
    const { slug, urls } = this.#config;
    const fetchPresent = async () => (await request(this.#env, urls.present)).present;
    this.#people = new People(this.#live.client, { slug, fetchPresent });
    this.#render({ silent: true });
    this.#outbox.flush();
    this.state(this.#live.client);
  }

  /** A post that is on this page needs no toast. */
  sees(id) {
    return this.#store.has(id);
  }

  pause(paused) {
    this.#paused = paused;
    if (paused) return;
    this.#render({ arrived: this.#missed });
    this.#missed = 0;
    this.onWaiting(0);
  }

  /** The inbox has changed, or a minute has passed: a post may have ended. */
  render() {
    if (this.#live.client && !this.#paused) this.#render({});
  }

  state({ state }) {
    this.#composer.offline(!UP.has(state) && state !== "connecting");
    const up = UP.has(state);
    if (up) this.#outbox.flush();
    if (up && !this.#up) this.#people?.refresh();
    this.#up = up && Boolean(this.#people);
  }

  heard(event) {
    if (event.type === "room.changed" && event.topic === this.#config.topic) {
      this.#composer.refuse(showRoom(event.data) || this.#barred);
    }
    const { resync, added } = this.#store.apply(event);
    if (added) this.#people?.posted(added.sender);
    if (added && this.#mayBeMine(added)) this.#held.push(added.id);
    else this.#show(added);
    if (event.type === "notification.retracted") this.#outbox.arrived((id) => id === event.data.id);
    // Not all pages of a room at once.
    if (resync) this.#later ??= setTimeout(() => this.#resync(), this.#env.random() * SPREAD);
  }

  /** The log cannot be continued: what came before counts no longer. */
  missed() {
    this.#store.forget();
    this.#resync();
  }

  async #resync() {
    clearTimeout(this.#later);
    this.#later = undefined;
    try {
      const page = await request(this.#env, `${this.#config.urls.posts}?limit=${this.#store.wanted}`);
      this.#store.replace(page);
      this.#outbox.arrived(() => true);
      this.#render({ silent: true });
    } catch (error) {
      this.#notices.failed(gettext("Couldn't load posts."), error, () => this.#resync());
    }
  }

  async #send({ text, key }) {
    const { slug, visitor, me } = this.#config;
    return this.#live.client.send("post", { room: slug, text, key, ...(visitor && { name: me }) });
  }

  #sent(id) {
    this.#own.add(id);
    this.#announcer.say(gettext("Sent"));
  }

  /** While something is being sent, a post in my name may be it: shown once that is known. */
  #mayBeMine(post) {
    const sending = this.#outbox.entries().some(({ state }) => state === "sending");
    return sending && post.sender === this.#config.me;
  }

  #settle() {
    const sending = this.#outbox.entries().some(({ state }) => state === "sending");
    if (sending) return this.#render({ silent: true });
    const others = this.#held.filter((id) => !this.#own.has(id)).length;
    this.#held = [];
    this.#render({ silent: !others, arrived: others });
  }

  #show(added) {
    const own = added && this.#own.has(added.id);
    const arrived = added && !own ? 1 : 0;
    if (this.#paused) {
      this.#missed += arrived;
      return this.onWaiting(this.#missed);
    }
    this.#render({ silent: own, arrived });
  }

  #render(options) {
    const held = new Set(this.#held);
    this.#outbox.arrived((id) => this.#store.has(id));
    const posts = this.#store.posts().filter(({ id }) => !held.has(id));
    this.#log.render(posts, this.#outbox.entries(), { ...options, more: this.#store.more });
    this.#pins();
  }

  #pins() {
    const pinned = this.#store.pinned();
    const text = ngettext("%(count)s pinned post", "%(count)s pinned posts", pinned.length);
    byId("pins").hidden = !pinned.length;
    slot(byId("pins"), "count").textContent = fill(text, { count: pinned.length });
    const rows = pinned.map(({ sender, text: said }) => {
      const [row, name, words] = ["li", "strong", "span"].map((tag) => document.createElement(tag));
      [name.dir, words.dir] = ["auto", "auto"];
      [name.textContent, words.textContent] = [sender, said];
      row.append(name, " ", words);
      return row;
    });
    byId("pins").querySelector("ul").replaceChildren(...rows);
  }

  async #older() {
    const url = `${this.#config.urls.posts}?before=${this.#store.oldest}`;
    try {
      this.#store.append(await request(this.#env, url));
      this.#render({ silent: true });
    } catch (error) {
      this.#notices.failed(gettext("Couldn't load posts."), error, () => this.#older());
    }
  }

  #key(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "c" || typing || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.#composer.focus();
  }

  /** How far this browser has shown this room, or null if never. */
  #readTo() {
    const kept = this.#stored((storage, name) => storage.getItem(name));
    return kept === null || kept === undefined ? null : Number(kept);
  }

  #keepRead(position) {
    if (position > (this.#readTo() ?? 0)) this.#stored((storage, name) => storage.setItem(name, position));
  }

  #stored(use) {
    try {
      return use(this.#env.storage, `noticeboard.read.${this.#config.slug}`);
    } catch {
      return null;
    }
  }
}

/** The server's refusal, if it is not one for everybody. */
function barred() {
  const forAll = ["flag-closed", "flag-announce"].some((id) => !byId(id).hidden);
  return forAll || byId("refusal").hidden ? "" : byId("refusal").textContent;
}

/** sessionStorage, or nothing: its name alone throws where cookies are blocked. */
function session() {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined;
  }
}
