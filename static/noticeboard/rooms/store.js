/**
 * The posts of one room in the page: a snapshot and the events since, kept equal to what the
 * server would answer now. No network, no DOM, no timers.
 */
import { position } from "../client/cursor.js";

const KEPT = 500; // events and posts remembered
const LEAST = 25; // posts of a snapshot
const MOST = 100; // that the server puts into one

/** A store for a `snapshot` of the posts under `topic`; `now()` in ms. */
export const createRoom = (snapshot, { topic, now = Date.now }) => new Room(snapshot, topic, now);

class Room {
  #topic;
  #now;
  #posts = new Map();
  #further = new Map(); // pinned posts that are not loaded
  #pins = [];
  #events = [];
  #forgotten = -1; // position of the last event that is not remembered

  /** Whether there are older posts at the server. */
  more = false;
  /** Of the last event, or of the snapshot. */
  cursor = "";

  constructor(snapshot, topic, now) {
    this.#topic = topic;
    this.#now = now;
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
    this.#posts = new Map(snapshot.posts.map((post) => [post.id, post]));
    this.#further = new Map(snapshot.pinned.map((post) => [post.id, post]));
    this.#pins = snapshot.pinned.map(({ id }) => id);
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
    for (const post of posts) if (!this.#posts.has(post.id)) this.#posts.set(post.id, post);
    this.more = more;
  }

  /** What is shown, the oldest first, each with `position` and `pinned`. */
  posts() {
    return [...this.#posts.values()]
      .filter((post) => this.#runs(post))
      .sort((a, b) => a.position - b.position)
      .map((post) => ({ ...post, pinned: this.#pins.includes(post.id) }));
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

  has(id) {
    return this.#posts.has(id);
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
    if (type === "room.pinned" && here) return this.#pin(data.ids);
    return { resync: false };
  }

  #create(data, cursor) {
    if (this.#posts.has(data.id)) return { resync: false };
    // Addressed to this room later: its place is its own event's all the same.
    const post = { ...data, position: position(cursor) };
    this.#posts.set(post.id, post);
    if (this.#posts.size > KEPT) this.#trim();
    return { resync: false, added: post };
  }

  #update(data) {
    for (const posts of [this.#posts, this.#further]) {
      const known = posts.get(data.id);
      if (known) posts.set(data.id, { ...known, ...data, position: known.position });
    }
    return { resync: false };
  }

  #remove(id) {
    this.#posts.delete(id);
    this.#further.delete(id);
    this.#pins = this.#pins.filter((each) => each !== id);
    return { resync: false };
  }

  #pin(ids) {
    this.#pins = ids;
    return { resync: ids.some((id) => !this.#posts.has(id) && !this.#further.has(id)) };
  }

  #trim() {
    const [lowest] = [...this.#posts.values()].sort((a, b) => a.position - b.position);
    this.#posts.delete(lowest.id);
    this.more = true;
  }
}
