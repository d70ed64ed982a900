/** What both polls share: ask, hand on, pause, ask again, until closed. */
import { retryAfter } from "../requests.js";

const FULL = 100; // events; more may be behind them

/** In seconds: how long a request may be held, the pause before the next, how often one is answered. */
export function asking({ url, env, frame, end, cursor }, { waits, pause, heartbeat }) {
  const control = new AbortController();
  let etag = "";
  let first = true;
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
    return response.json();
  }

  function hand(answer) {
    if (first) frame({ control: "ready", cursor: answer.cursor, heartbeat });
    first = false;
    if (answer.reset) return frame({ control: "reset", cursor: answer.cursor, reason: answer.reset });
    for (const each of [...answer.events, ...(answer.signals ?? [])]) frame(each);
    frame({ control: "heartbeat", cursor: answer.cursor });
  }

  async function run() {
    while (!control.signal.aborted) {
      const answer = await ask();
      if (control.signal.aborted) return;
      hand(answer);
      const idle = env.hidden() ? 4 : 1;
      if (pause && answer.events.length < FULL) await rest(pause * 1000 * idle);
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
