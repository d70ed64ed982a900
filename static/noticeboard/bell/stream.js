/** Server-sent events, opened again from the cursor: all that a bell needs of the client. */
import { Backoff } from "../client/backoff.js";
import { Link } from "../client/link.js";
import * as sse from "../client/transports/sse.js";

const BARRED = [4401, 4403];

export class Stream {
  #given;
  #owner;
  #timers;
  #backoff;
  #link;
  #ticket;

  id = "";
  state = "connecting";

  /** `owner` has the cursor, and hears frame(frame), failed() (it never opened), out(), changed(). */
  constructor(given, owner, timers) {
    this.#given = given;
    this.#owner = owner;
    this.#timers = timers;
    this.#ticket = given.ticket;
    this.#backoff = new Backoff(given.env);
  }

  open() {
    this.close();
    const { env, urls } = this.#given;
    const url = new URL(urls.sse, env.base);
    url.searchParams.set(sse.resume, this.#owner.cursor);
    if (this.#ticket) url.searchParams.set("ticket", this.#ticket);
    this.#link = new Link("sse", sse, this, { url, env });
  }

  close() {
    this.#timers.clear("stream");
    this.#link?.close();
    this.#link = undefined;
  }

  /** The page is seen again, or the network is back. */
  check() {
    if (this.#link?.ready) this.#link.check();
    else this.open();
  }

  ready(link, { user, client, ticket }) {
    if (user !== this.#given.user) return this.#owner.out();
    this.id = client;
    this.#ticket = ticket;
    this.#backoff.reset();
    this.#set("live");
  }

  frame(frame) {
    this.#owner.frame(frame);
  }

  ended({ code, come_back, after = 0 }) {
    const opened = this.#link?.ready;
    this.close();
    if (BARRED.includes(code) || come_back === false) return this.#owner.out();
    this.#set("reconnecting");
    this.#timers.set("stream", this.#backoff.next() + after, () => this.open());
    if (!opened) this.#owner.failed();
  }

  #set(state) {
    this.state = state;
    this.#owner.changed();
  }
}
