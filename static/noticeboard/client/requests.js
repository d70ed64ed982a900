/** Requests over the socket where there is one, else over HTTP: both answer alike. */
const TIMEOUT = 10_000;
const PROBE = 3_000;
const ONCE = new Set(["post", "typing", "signal"]); // done twice is not done once
const AGAIN = new Set(["lost", "unavailable"]); // it may do at a second try
const SOCKET_ONLY = new Set(["got", "ping"]);
// What is done to one post, as addresses call it.
const TO_A_POST = { edit_post: "edit", delete_post: "delete", react: "react", report: "report" };

/** `code` as in the server's table or of our own, `retryAfter` in ms. */
export class RequestError extends Error {
  constructor({ code, detail = code, status = 0, retryAfter = 0 }) {
    super(detail);
    Object.assign(this, { name: "RequestError", code, detail, status, retryAfter });
  }
}

/** GET, or POST of a body (with a `key` once only), for parsed JSON. Rejects with RequestError. */
export async function request(env, url, { body, csrf, key } = {}) {
  const init = { headers: { Accept: "application/json" }, cache: "no-store", redirect: "error" };
  if (body !== undefined) {
    init.method = "POST";
    init.body = JSON.stringify(body);
    init.headers["Content-Type"] = "application/json";
    init.headers["X-CSRFToken"] = cookie(env, csrf);
    if (key) init.headers["Idempotency-Key"] = key;
  }
  const response = await env.fetch(url, init).catch((error) => {
    throw new RequestError({ code: "unreachable", detail: String(error) });
  });
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const { status } = response;
  const after = retryAfter(response, env.now());
  throw new RequestError({ code: `http_${status}`, ...answer.error, status, retryAfter: after });
}

/** The status that a plain request gets in time, 0 for none. */
export async function reachable(env, url) {
  const control = new AbortController();
  const timer = env.setTimeout(() => control.abort(), PROBE);
  const init = { cache: "no-store", signal: control.signal };
  const response = await env.fetch(url.href, init).catch(() => undefined);
  env.clearTimeout(timer);
  return response?.status ?? 0;
}

/** Retry-After of a response, seconds or a date, in ms. */
export function retryAfter({ headers }, now) {
  const value = headers.get("Retry-After") ?? 0;
  return Math.max(0, (value >= 0 ? value * 1000 : Date.parse(value) - now) || 0);
}

/** Read at each use: logging in changes it. */
function cookie(env, name) {
  const pair = env.cookie().split("; ").find((text) => text.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}

export class Requests {
  client = ""; // the connection's id
  #waiting = new Map();
  #ref = 0;

  constructor({ url, csrf }, env) {
    Object.assign(this, { url, csrf, env });
  }

  async perform(send, action, payload) {
    try {
      return await (send ? this.#send(send, action, payload) : this.#fetch(action, payload));
    } catch (error) {
      // An inbox action done twice is done once; a post would appear twice.
      if (!AGAIN.has(error.code) || ONCE.has(action)) throw error;
      const after = error.retryAfter;
      if (after) await new Promise((resolve) => this.env.setTimeout(resolve, after));
    }
    return this.#fetch(action, payload);
  }

  /** Whether the frame was an answer. */
  settle(frame) {
    this.#waiting.get(frame.ref)?.(frame);
    return frame.ref !== undefined;
  }

  lost() {
    for (const settle of this.#waiting.values()) settle({ error: { code: "lost" } });
  }

  #send(send, action, payload) {
    const ref = ++this.#ref;
    return new Promise((resolve, reject) => {
      const settle = ({ error, ref: _, ...answer }) => {
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

  async #fetch(action, { room, call, ...body }) {
    if (SOCKET_ONLY.has(action)) throw new RequestError({ code: "no_socket" });
    const { rooms, inbox, signals, calls } = this.url;
    const others = { post: `${rooms}${room}/posts/`, answer: `${calls}${call}/` };
    if (TO_A_POST[action]) {
      others[action] = `${others.post}${body.id}/${TO_A_POST[action]}/`;
      delete body.id;
    }
    let url = others[action] ?? `${inbox}${action}/`;
    if (action === "typing") body.typing = room;
    if (action === "typing" || action === "signal") {
      url = signals;
      body.client = this.client;
    }
    return request(this.env, url, { body, csrf: this.csrf });
  }
}
