/**
 * The posts of one room in the page: a snapshot and the events since, kept equal to what the
 * server would answer now. No network, no DOM, no timers.
 */
import { position } from "../client/cursor.js";

const KEPT = 500; // events and posts remembered
const LEAST = 25; // posts of a snapshot
const MOST = 100; // that the server puts into one
const QUOTED = 120; // characters of a post that a reply quotes

/**
 * A store for a `snapshot` of the posts under `topic`; `now()` in ms. `last` is the position that
 * a page of older posts ends with: what comes behind it is not taken in.
 */
export const createRoom = (snapshot, { topic, now = Date.now, last = Infinity }) =>
  new Room(snapshot, { topic, now, last });

/** A post as the server quotes it in replies. */
function quote({ id, sender, text, title }) {
  const characters = [...(text || title)];
  const cut = () => `${characters.slice(0, QUOTED - 1).join("").trimEnd()}…`;
  return { id, sender, text: characters.length > QUOTED ? cut() : characters.join("") };
}

class Room {
  #topic;
  #now;
  #last;
  #posts = new Map();
  #further = new Map(); // pinned posts that are not loaded
  #pins = [];
  #events = [];
  #forgotten = -1; // position of the last event that is not remembered
  #order; // the posts by position, until one comes or goes

  /** Whether there are older posts at the server. */
  more = false;
  /** Of the last event, or of the snapshot. */
  cursor = "";

  constructor(snapshot, { topic, now, last }) {
    this.#topic = topic;
    this.#now = now;
    this.#last = last;
    this.replace(snapshot);
  }

  /** How many posts to ask for so that nothing that is shown goes. */
  get wanted() {
    return Math.min(MOST, Math.max(LEAST, this.#posts.size));
  }

  /** Take an event of the log; `added` is a post that is new, `resync` asks for a snapshot. */
  apply(event) {
    if (position(event.cursor) <= position(this.cursor)) return { resync: false };
    this.cursor = event.cursor;
    this.#events.push(event);
    if (this.#events.length > KEPT) this.#forgotten = position(this.#events.shift().cursor);
    return this.#take(event);
  }

  /** Put a snapshot in place of everything, and what came after it on top. */
  replace(snapshot) {
    const from = position(snapshot.cursor);
    this.#pins = snapshot.pinned.map(({ id }) => id);
    this.#further = new Map(snapshot.pinned.map((post) => [post.id, post]));
    this.#posts = new Map();
    for (const post of snapshot.posts) this.#put(post);
    this.more = snapshot.more;
    let resync = this.#forgotten > from;
    for (const event of this.#events) {
      if (position(event.cursor) > from) resync = this.#take(event).resync || resync;
    }
    if (from > position(this.cursor)) this.cursor = snapshot.cursor;
    return { resync };
  }

  /** After a reset nothing that came before counts: a snapshot follows. */
  forget() {
    this.#events = [];
    this.#forgotten = -1;
    this.cursor = "";
  }

  /** Put the next older page in front. */
  append({ posts, more }) {
    for (const post of posts) if (!this.#posts.has(post.id)) this.#put(post);
    this.more = more;
  }

  /** Show a reaction before the server tells of it; what it tells replaces it. */
  react(id, emoji, tag, on) {
    this.#change(id, ({ post }) => {
      const { [emoji]: given = [], ...reactions } = post.reactions;
      const tags = given.filter((each) => each !== tag);
      if (on) tags.push(tag);
      if (tags.length) reactions[emoji] = tags;
      return { post: { ...post, reactions } };
    });
  }

  /** What is shown, the oldest first; a post that is the same object has not changed. */
  posts() {
    this.#order ??= [...this.#posts.values()].sort((a, b) => a.position - b.position);
    return this.#order.filter((post) => this.#runs(post));
  }

  /** The pinned posts, the newest pin first. */
  pinned() {
    const found = this.#pins.map((id) => this.#posts.get(id) ?? this.#further.get(id));
    return found.filter((post) => post && this.#runs(post));
  }

  /** Position of the oldest post that is loaded. */
  get oldest() {
    return Math.min(...[...this.#posts.values()].map((post) => post.position));
  }

  get(id) {
    return this.#posts.get(id);
  }

  #runs({ expires_at }) {
    return !expires_at || Date.parse(expires_at) > this.#now();
  }

  #take({ type, data, cursor, topic }) {
    const here = topic === this.#topic;
    if (type === "notification.created" && here && data.id) return this.#create(data, cursor);
    // To several topics at once: which, no client is told, so only a snapshot can say.
    if (type === "notification.created" && !topic && data.id) return { resync: true };
    if (type === "notification.updated" && data.id) return this.#update(data);
    if (type === "notification.retracted") return this.#remove(data.id);
    if (type === "post.reacted" && here && data.id) return this.#reacted(data);
    if (type === "room.pinned" && here) return this.#pin(data.ids);
    return { resync: false };
  }

  #create(data, cursor) {
    this.#requote(quote(data));
    if (this.#posts.has(data.id)) return { resync: false };
    // Addressed to this room later: its place is its own event's all the same.
    const post = { ...data, position: position(cursor) };
    if (post.position > this.#last) return { resync: false };
    this.#put(post);
    if (this.#posts.size > KEPT) this.#trim();
    return { resync: false, added: this.#posts.get(post.id) };
  }

  #update(data) {
    this.#change(data.id, ({ position }) => ({ ...data, position }));
    this.#requote(quote(data));
    return { resync: false };
  }

  #remove(id) {
    this.#posts.delete(id);
    this.#further.delete(id);
    this.#order = undefined;
    this.#pins = this.#pins.filter((each) => each !== id);
    this.#requote({ id, sender: "", text: "" });
    return { resync: false };
  }

  #reacted({ id, reactions }) {
    this.#change(id, ({ post }) => ({ post: { ...post, reactions } }));
    return { resync: false };
  }

  #pin(ids) {
    const changed = [...this.#pins, ...ids];
    this.#pins = ids;
    for (const id of changed) this.#change(id, () => ({}));
    return { resync: ids.some((id) => !this.#posts.has(id) && !this.#further.has(id)) };
  }

  /** Replies show what they reply to as it is now. */
  #requote(quote) {
    for (const { id, post } of this.#posts.values()) {
      if (post?.reply_to?.id === quote.id) this.#change(id, () => ({ post: { ...post, reply_to: quote } }));
    }
  }

  #change(id, fields) {
    const known = this.#posts.get(id);
    if (known) this.#put({ ...known, ...fields(known) });
    const further = this.#further.get(id);
    if (further) this.#further.set(id, { ...further, ...fields(further) });
  }

  #put(post) {
    this.#posts.set(post.id, { ...post, pinned: this.#pins.includes(post.id) });
    this.#order = undefined;
  }

  #trim() {
    const [lowest] = this.posts();
    this.#posts.delete(lowest.id);
    this.#order = undefined;
    this.more = true;
  }
}
