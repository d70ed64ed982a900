/** JSON over fetch, with the server's coded errors as exceptions. */

/** What the server (or the way to it) refused: `code` as in its table, `retryAfter` in ms. */
export class RequestError extends Error {
  constructor({ code, detail = code, status = 0, retryAfter = 0 }) {
    super(detail);
    Object.assign(this, { name: "RequestError", code, detail, status, retryAfter });
  }
}

/** Retry-After of a response in ms; it may also be a date. */
export function retryAfter(response, now) {
  const value = response.headers.get("Retry-After");
  if (!value) return 0;
  const ms = /^\d+$/.test(value) ? value * 1000 : Date.parse(value) - now;
  return Math.max(0, ms || 0);
}

/** Reads the cookie at each use: logging in changes it. */
function cookie(env, name) {
  const pair = env.cookie().split("; ").find((text) => text.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}

/** GET, or POST with a body, and give back the parsed answer. Raises RequestError. */
export async function request(env, url, { body, csrf } = {}) {
  const headers = { Accept: "application/json" };
  const init = { headers, credentials: "same-origin", cache: "no-store", redirect: "error" };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    headers["X-CSRFToken"] = cookie(env, csrf);
    Object.assign(init, { method: "POST", body: JSON.stringify(body) });
  }
  let response;
  try {
    response = await env.fetch(url, init);
  } catch (error) {
    throw new RequestError({ code: "unreachable", detail: String(error) });
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  throw new RequestError({
    code: `http_${response.status}`,
    ...answer.error,
    status: response.status,
    retryAfter: retryAfter(response, env.now()),
  });
}

/** The status a plain request gets within three seconds, 0 for none at all. */
export async function reachable(env, url) {
  const control = new AbortController();
  const timer = env.setTimeout(() => control.abort(), 3_000);
  const init = { credentials: "same-origin", cache: "no-store", signal: control.signal };
  const response = await env.fetch(url.href, init).catch(() => undefined);
  env.clearTimeout(timer);
  return response?.status ?? 0;
}
