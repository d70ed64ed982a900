/**
 * The place of a bell in the share of its browser. It follows the page that leads, and leads only
 * where there is none, for other bells and until a page comes that can do more.
 */
import { position } from "../client/cursor.js";
import { Seat } from "../sharing/seat.js";
import { Following } from "./following.js";
import { Leading } from "./leading.js";

const VERSION = 1; // as sharing/index.js names its shares
const WAKES = ["pagehide", "pageshow", "visibilitychange", "online", "offline"];

export class Line {
  #owner;
  #seat;
  #channel;
  #role;
  #id = crypto.randomUUID();
  #away = false;

  term = 0; // of the newest lead that is known

  /**
   * `given` has env, urls, user and ticket; `owner` hears take(event), changed() and out(), and
   * has snapshot(end): a promise of the cursor of one that is taken.
   */
  constructor(given, cursor, timers, owner) {
    Object.assign(this, { given, cursor, timers });
    this.#owner = owner;
    const { env, urls, user } = given;
    this.name = `noticeboard ${VERSION} ${urls.ws} ${user}`;
    this.#seat = new Seat(env.locks, this.name, {
      taken: () => this.#play(Leading),
      lost: () => this.#follow(),
    });
    for (const type of WAKES) env.window.addEventListener(type, this);
    this.#enter();
  }

  get state() {
    return this.#role?.state ?? "connecting";
  }

  /** Whether this bell has the connection. */
  get leads() {
    return this.#role instanceof Leading;
  }

  close() {
    for (const type of WAKES) this.given.env.window.removeEventListener(type, this);
    this.#leave();
  }

  handleEvent({ type }) {
    if (type === "pagehide") {
      // A page that holds or awaits a lock, or can be spoken to, is not kept for the way back.
      this.#away = true;
      this.#leave();
    } else if (this.#away) {
      if (type !== "pageshow") return;
      this.#away = false;
      this.#enter();
    } else {
      if (!this.given.env.hidden()) this.#role?.woken();
      this.changed();
    }
  }

  // -- for the roles

  say = (frame) => this.#channel?.postMessage(JSON.stringify({ from: this.#id, ...frame }));

  take(event) {
    if (position(event.cursor) <= position(this.cursor)) return;
    this.#owner.take(event);
    this.cursor = event.cursor;
  }

  /** All before it was told. */
  moved(cursor) {
    if (position(cursor) > position(this.cursor)) this.cursor = cursor;
  }

  snapshot(end) {
    return this.#owner.snapshot(end);
  }

  nextTerm() {
    return (this.term = Math.max(this.given.env.now(), this.term + 1));
  }

  steal() {
    this.#seat.steal();
  }

  changed() {
    this.#owner.changed();
  }

  out() {
    this.close();
    this.#owner.out();
  }

  #enter() {
    const { env } = this.given;
    if (!env.locks || !env.BroadcastChannel) return this.#play(Leading);
    this.#channel = new env.BroadcastChannel(this.name);
    this.#channel.onmessage = ({ data }) => {
      const { to, ...frame } = JSON.parse(data);
      if (!to || to === this.#id) this.#role?.hear(frame);
    };
    this.#follow();
  }

  #follow() {
    this.#play(Following);
    this.#seat.wait();
  }

  #play(Role) {
    this.#stop();
    this.#role = new Role(this);
    this.#role.start();
    this.changed();
  }

  #stop() {
    this.timers.clear();
    this.#role?.close();
    this.#role = undefined;
  }

  #leave() {
    this.#stop();
    this.say({ do: "gone" });
    this.#seat.leave();
    this.#channel?.close();
    this.#channel = undefined;
  }
}
