/** What both polls share: ask, hand on, pause, ask again, until closed. */
import { retryAfter } from "../requests.js";

const FULL = 100; // events; more may be behind them
const QUICK = 500; // ms
const IDLE = 4; // times as long, while nobody looks

/** In seconds: how long the server may wait, the pause then, how often it should answer. */
export function asking({ url, env, frame, end, cursor }, { waits, pause, heartbeat }) {
  const control = new AbortController();
  let etag = "";
  let first = true;
  let user;
  let timer;
  let wake = () => {};

  const rest = (ms) =>
    new Promise((resolve) => {
      wake = resolve;
      timer = env.setTimeout(resolve, ms);
    }).finally(() => env.clearTimeout(timer));

  async function ask() {
    const after = cursor();
    if (after) url.searchParams.set("after", after);
    const wait = waits(first);
    if (wait) url.searchParams.set("wait", wait);
    const headers = etag && !wait ? { "If-None-Match": etag } : {};
    const { signal } = control;
    const response = await env.fetch(url.href, { headers, signal, cache: "no-store" });
    if (response.status === 304) return { events: [], signals: [] };
    if (!response.ok) throw response;
    etag = response.headers.get("ETag");
    const answer = await response.json();
    // The session ended between two polls, and the server answers to a visitor now.
    if (!first && answer.user !== user) throw new Response(null, { status: 401 });
    user = answer.user;
    // It has let us in; from now on the server remembers us.
    url.searchParams.delete("ticket");
    // What is not logged has no cursor: the server knows us by these.
    for (const name of ["client", "since"]) {
      if (answer[name]) url.searchParams.set(name, answer[name]);
    }
    return answer;
  }

  function hand(answer) {
    const { cursor, client } = answer;
    if (first) frame({ control: "ready", cursor, client, heartbeat, user });
    first = false;
    if (answer.reset) return frame({ control: "reset", cursor, reason: answer.reset });
    for (const each of [...answer.events, ...(answer.signals ?? [])]) frame(each);
    frame({ control: "heartbeat", cursor });
  }

  async function run() {
    while (!control.signal.aborted) {
      const asked = env.now();
      const answer = await ask();
      if (control.signal.aborted) return;
      hand(answer);
      const { length } = [...answer.events, ...(answer.signals ?? [])];
      // Nothing, and at once, is not what was asked for: asking on and on would not help.
      const quick = !length && env.now() - asked < QUICK ? 1 : 0;
      const seconds = length < FULL ? pause || quick : 0;
      if (seconds) await rest(seconds * 1000 * (env.hidden() ? IDLE : 1));
    }
  }

  run().catch((cause) => {
    if (control.signal.aborted) return;
    if (!cause.headers) return end({ unreachable: true });
    end({ status: cause.status, after: retryAfter(cause, env.now()) });
  });

  return {
    wake: () => (wake(), true),
    close() {
      control.abort();
      env.clearTimeout(timer);
    },
  };
}
