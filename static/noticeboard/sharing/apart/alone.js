/**
 * For pages that cannot share a connection, as there are no Web Locks at insecure addresses: a
 * browser opens six to a host over HTTP/1.1, and pages that keep one open each would leave none for
 * anything else. The first three may; those that came later poll instead, until one has gone.
 */
import { Timers } from "../../client/env.js";

const NAME = "noticeboard alone 1"; // with the version of what pages say there
const HELD = ["sse", "longpoll"]; // a WebSocket is not counted by browsers
const MOST = 3;
const ANSWER = 500; // ms for the others to answer
const AGAIN = 10_000;

export class Alone {
  #id;
  #client;
  #env;
  #timers;
  #line;
  #others = new Set();
  #chosen; // by the reader
  #yields = false;

  constructor(client, env) {
    Object.assign(this, { use: client.use.bind(client) });
    this.#client = client;
    this.#env = env;
    this.#timers = new Timers(env);
    // Who came first sorts first.
    this.#id = `${env.now()} ${crypto.randomUUID()}`;
    client.use = (choice) => {
      this.#chosen = choice;
      this.#yields = false;
      this.use(choice);
    };
    // A page that can be spoken to is not kept for the way back.
    env.window.addEventListener("pagehide", () => this.#leave());
    env.window.addEventListener("pageshow", () => this.#enter());
    this.#enter();
  }

  get #holds() {
    return this.#client.state === "live" && HELD.includes(this.#client.transport);
  }

  #enter() {
    if (this.#line || !this.#env.BroadcastChannel) return;
    this.#line = new this.#env.BroadcastChannel(NAME);
    this.#line.onmessage = ({ data }) => this.#hear(data);
    this.#later();
  }

  #leave() {
    this.#timers.clear();
    this.#line?.close();
    this.#line = undefined;
  }

  /** Not all at the same moment. */
  #later() {
    this.#timers.set("ask", AGAIN * (0.5 + this.#env.random()), () => this.#ask());
  }

  #ask() {
    if (this.#client.state === "closed") return this.#leave();
    if (!this.#holds && !this.#yields) return this.#later();
    this.#others.clear();
    this.#line.postMessage({ ask: true });
    this.#timers.set("ask", ANSWER, () => this.#count());
  }

  #hear({ ask, holds }) {
    if (holds) this.#others.add(holds);
    if (ask && this.#holds) this.#line.postMessage({ holds: this.#id });
  }

  #count() {
    const before = [...this.#others].filter((id) => id < this.#id).length;
    const free = (this.#chosen ?? "auto") === "auto";
    if (free && this.#holds && before >= MOST) this.#turn(true);
    else if (this.#yields && this.#others.size < MOST) this.#turn(false);
    this.#later();
  }

  #turn(yields) {
    this.#yields = yields;
    this.use(yields ? "poll" : "auto");
  }
}
