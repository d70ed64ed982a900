import { connect } from "../../../static/noticeboard/client/index.js";
import { cursor, event, fakeBrowser } from "./browser.js";

/** A client in a fake browser, with what it told. */
export function open(options = {}, browser = fakeBrowser(options)) {
  const got = [];
  const states = [];
  const client = connect({
    cursor: cursor(5),
    env: browser.env,
    onEvent: ({ cursor }) => got.push(Number.parseInt(cursor, 10)),
    onState: ({ state }) => state === states.at(-1) || states.push(state),
    ...options,
  });
  return { ...browser, client, got, states };
}

/** A client that is live over WebSocket. */
export async function live(options) {
  const all = open(options);
  all.sockets[0].ready(cursor(5));
  return all;
}

/** What a poll is answered. */
export const answer = (events = [], last = 5, more = {}) => ({
  cursor: cursor(events.at(-1) ?? last),
  events: events.map((seq) => event(seq)),
  signals: [],
  reset: false,
  ...more,
});

/** A client that is live over a WebSocket of its browser. */
export function onSocket() {
  const browser = fakeBrowser();
  const client = connect({ cursor: cursor(5), env: browser.env });
  browser.sockets[0].ready();
  return { ...browser, client, socket: browser.sockets[0] };
}

/** One over SSE: what it says goes by HTTP. */
export function withoutSocket() {
  const browser = fakeBrowser();
  const client = connect({ cursor: cursor(5), env: browser.env, transports: ["sse"] });
  browser.sources[0].ready();
  return { ...browser, client, source: browser.sources[0] };
}
