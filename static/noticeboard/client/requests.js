/** Actions: over the socket where there is one, else over HTTP. Both answer alike. */
import { request, RequestError } from "./http.js";

const TIMEOUT = 10_000;

/** Only these need a socket; all else on the list is an address. */
const SOCKET_ONLY = new Set(["typing", "signal", "answer", "got", "ping"]);

export class Requests {
  #waiting = new Map();
  #ref = 0;

  constructor({ env, url, csrf }) {
    Object.assign(this, { env, url, csrf });
  }

  /** Resolves with the server's answer; rejects with RequestError. */
  async perform(send, action, payload) {
    if (!send) return this.#fetch(action, payload);
    try {
      return await this.#send(send, action, payload);
    } catch (error) {
      // Doing an inbox action twice is doing it once; a post would appear twice.
      if (error.code !== "lost" || action === "post") throw error;
      return this.#fetch(action, payload);
    }
  }

  /** Takes the frame if it is an answer. */
  settle(frame) {
    const waiting = this.#waiting.get(frame.ref);
    waiting?.(frame);
    return frame.ref !== undefined;
  }

  /** The socket went: nothing that waits will be answered. */
  lost() {
    for (const settle of this.#waiting.values()) settle({ error: { code: "lost" } });
  }

  #send(send, action, payload) {
    const ref = ++this.#ref;
    return new Promise((resolve, reject) => {
      const settle = ({ error, ...answer }) => {
        this.#waiting.delete(ref);
        this.env.clearTimeout(timer);
        if (!error) return resolve(answer);
        reject(new RequestError({ ...error, retryAfter: 1000 * (error.retry_after ?? 0) }));
      };
      const timer = this.env.setTimeout(() => settle({ error: { code: "lost" } }), TIMEOUT);
      this.#waiting.set(ref, settle);
      send(JSON.stringify({ ref, do: action, ...payload }));
    });
  }

  async #fetch(action, { room, ...body }) {
    if (SOCKET_ONLY.has(action)) throw new RequestError({ code: "no_socket" });
    const path = action === "post" ? `${this.url.rooms}${room}/posts/` : `${this.url.inbox}${action}/`;
    return request(this.env, path, { body, csrf: this.csrf });
  }
}
