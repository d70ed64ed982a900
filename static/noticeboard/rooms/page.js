/** The page of one room: what is new in it, and where one writes. */
import { request } from "../client/requests.js";
import { byId } from "../views/dom.js";
import { gettext } from "../views/text.js";
import { Composer } from "./composer.js";
import { showRoom } from "./moderation.js";
import { Outbox } from "./outbox.js";
import { People } from "./people.js";
import { PostsPage } from "./posts-page.js";

const UP = new Set(["live", "delayed", "paused"]);
const SECOND = 1_000;
const LOST = 1_000; // a connection lost for longer is told to who writes

export class RoomPage extends PostsPage {
  #outbox;
  #composer;
  #people;
  #up = false;
  #barred = barred(); // why this reader may not post even where others do
  #slow = this.config.slow_seconds ?? 0;
  #held = []; // posts in my name, until it is known whether they are what is being sent
  #own = new Set();
  #lost;
  #paused = false;
  #missed = 0;

  constructor(app) {
    super(app, { onPending: (key, what) => this.#outbox[what](key) });
    const { slug, most } = this.config;
    const calls = {
      send: (post) => this.#send(post),
      onChange: () => this.#settle(),
      onSent: (answer) => this.#sent(answer),
      onLimited: (...refused) => this.#composer.limited(...refused),
    };
    const storage = session();
    this.#outbox = new Outbox(calls, { storage, name: `noticeboard.outbox.${slug}`, env: this.env });
    this.#composer = new Composer({
      most,
      slug,
      storage,
      send: (post, key) => this.#outbox.add(post, key),
      typing: () => this.#people?.typing(),
      editLast: () => this.acts.editLast(),
    });
    this.#composer.slow(this.#slow);
  }

  /** The client is there: what waited in the last page is sent. */
  started() {
    const { slug, urls } = this.config;
    const fetchPresent = async () => (await request(this.env, urls.present)).present;
    this.#people = new People(this.live.client, { slug, fetchPresent });
    super.started();
    // Who does not belong to the room is told nobody's name.
    if (urls.people) this.#mentions().catch(this.env.log);
    this.#outbox.flush();
    this.state(this.live.client);
  }

  pause(paused) {
    this.#paused = paused;
    if (paused) return;
    this.draw({ arrived: this.#missed });
    this.#missed = 0;
    this.onWaiting(0);
  }

  render() {
    if (!this.#paused) super.render();
  }

  state({ state }) {
    const up = UP.has(state);
    if (up || state === "connecting") this.#back();
    else this.#lost ??= setTimeout(() => this.#composer.offline(true), LOST);
    if (up) this.#outbox.flush();
    if (up && !this.#up) this.#people?.refresh();
    this.#up = up && Boolean(this.#people);
  }

  heard(event) {
    if (event.type === "room.changed" && event.topic === this.config.topic) this.#changed(event.data);
    const added = this.take(event);
    if (added) this.#people?.posted(added.sender);
    if (added && this.#mayBeMine(added)) this.#held.push(added.id);
    else this.#show(added);
    if (event.type !== "notification.retracted") return;
    this.#outbox.arrived((id) => id === event.data.id);
    this.#composer.keepReply((id) => id !== event.data.id);
  }

  #back() {
    clearTimeout(this.#lost);
    this.#lost = undefined;
    this.#composer.offline(false);
  }

  write() {
    this.#composer.focus();
  }

  reply(post) {
    this.#composer.reply(post);
  }

  draw(options) {
    const held = new Set(this.#held);
    this.#outbox.arrived((id) => this.store.get(id));
    const posts = this.store.posts().filter(({ id }) => !held.has(id));
    super.draw(options, posts, this.#outbox.entries());
  }

  async fetch(query, take) {
    await super.fetch(query, (page) => {
      take(page);
      // A snapshot has what was sent before it, or it is gone.
      if (!query.before) this.#outbox.arrived(() => true);
    });
  }

  #changed(room) {
    this.#composer.refuse(showRoom(room) || this.#barred);
    // Staff are never slowed.
    this.#slow = byId("moderation") ? 0 : (room.slow_seconds ?? 0);
    this.#composer.slow(this.#slow);
  }

  #send({ text, reply, key }) {
    const { slug, visitor, me } = this.config;
    const more = { ...(visitor && { name: me }), ...(reply && { reply_to: reply.id }) };
    return this.live.client.send("post", { room: slug, text, key, ...more });
  }

  #sent({ id, tag }) {
    this.#own.add(id);
    this.config.tag = tag ?? this.config.tag;
    if (this.#slow) this.#composer.wait(this.#slow * SECOND, true);
    this.announcer.say(gettext("Sent"));
  }

  async #mentions() {
    const { Mentions } = await import("./apart/mentions.js");
    const ask = (q) => request(this.env, `${this.config.urls.people}?${new URLSearchParams({ q })}`);
    const people = async (q) => (await ask(q)).people;
    new Mentions(byId("text"), { people, say: (text) => this.announcer.say(text) });
  }

  /** While something is being sent, a post in my name may be it: shown once that is known. */
  #mayBeMine(post) {
    return this.#sending && post.sender === this.config.me;
  }

  get #sending() {
    return this.#outbox.entries().some(({ state }) => state === "sending");
  }

  #settle() {
    if (this.#sending) return this.draw({ silent: true });
    const others = this.#held.filter((id) => !this.#own.has(id)).length;
    this.#held = [];
    this.draw({ silent: !others, arrived: others });
  }

  #show(added) {
    const own = added && this.#own.has(added.id);
    const arrived = added && !own ? 1 : 0;
    if (this.#paused) {
      this.#missed += arrived;
      return this.onWaiting(this.#missed);
    }
    this.draw({ silent: own, arrived });
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
