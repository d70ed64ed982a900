/** What the figures say, in sentences with the figures. */
import { fill, gettext } from "../views/text.js";
import { ms, percent, title, whole } from "./names.js";

/** Sentences about `rows`, as `Run.rows` gives them; none before something has come. */
export function meaning(rows, plan) {
  const by = Object.fromEntries(rows.map((row) => [row.transport, row]));
  const { websocket, sse, longpoll, poll } = by;
  if (rows.some((row) => row.p50 === null)) return [];
  const quickest = rows.reduce((a, b) => (b.p50 < a.p50 ? b : a));
  const cheapest = rows.reduce((a, b) => (b.bytes_per_event < a.bytes_per_event ? b : a));
  const dearest = rows.reduce((a, b) => (b.bytes_per_event > a.bytes_per_event ? b : a));
  return [
    fill(gettext("Polling every %(interval)s s: median delay %(p50)s, where half the interval is to be expected; %(requests)s requests for %(events)s events, %(empty)s of the answers empty."), {
      interval: String(plan.poll_seconds),
      p50: ms(poll.p50),
      requests: whole(poll.requests),
      events: whole(poll.expected),
      empty: percent(poll.empty_answers),
    }),
    fill(gettext("Long polling: median delay %(p50)s, but one request with all its headers for nearly every event: %(requests)s requests, %(overhead)s bytes of headers per event."), {
      p50: ms(longpoll.p50),
      requests: whole(longpoll.requests),
      overhead: whole(longpoll.overhead_per_event),
    }),
    fill(gettext("Server-sent events and WebSocket: one request each for the whole run, median delay %(sse)s and %(websocket)s; headers and framing come to %(a)s and %(b)s bytes per event."), {
      sse: ms(sse.p50),
      websocket: ms(websocket.p50),
      a: whole(sse.overhead_per_event),
      b: whole(websocket.overhead_per_event),
    }),
    fill(gettext("Quickest here: %(quickest)s. Fewest bytes per event: %(cheapest)s, %(few)s against %(many)s over %(dearest)s."), {
      quickest: title(quickest.transport),
      cheapest: title(cheapest.transport),
      few: whole(cheapest.bytes_per_event),
      many: whole(dearest.bytes_per_event),
      dearest: title(dearest.transport),
    }),
    complete(rows),
  ];
}

function complete(rows) {
  const bad = rows.filter((row) => row.lost || row.duplicated || row.out_of_order);
  if (!bad.length) {
    return gettext("All four got every event once and in order: they read the same log by the same cursor.");
  }
  return fill(gettext("Not complete: %(names)s."), {
    names: bad.map((row) => title(row.transport)).join(", "),
  });
}
