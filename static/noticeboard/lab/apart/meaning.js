/** What the figures say, in sentences with the figures. */
import { fill, gettext } from "../../views/text.js";
import { ms, percent, title, whole } from "../names.js";

/** Sentences about `rows`, as `Run.rows` gives them, of those that something has come over. */
export function meaning(rows, plan) {
  const heard = rows.filter(({ p50 }) => p50 !== null);
  if (!heard.length) return [];
  const by = Object.fromEntries(heard.map((row) => [row.transport, row]));
  return [
    by.poll && polling(by.poll, plan),
    by.longpoll && longPolling(by.longpoll),
    by.sse && by.websocket && pushing(by.sse, by.websocket),
    best(heard),
    network(plan),
    compression(heard, plan),
    cuts(rows),
    complete(rows),
  ].filter(Boolean);
}

const polling = (row, plan) =>
  fill(gettext("Polling every %(interval)s s: median delay %(p50)s, where half the interval is to be expected; %(requests)s requests for %(events)s events, %(empty)s of the answers empty."), {
    interval: String(plan.poll_seconds),
    p50: ms(row.p50),
    requests: whole(row.requests),
    events: whole(row.expected),
    empty: percent(row.empty_answers),
  });

const longPolling = (row) =>
  fill(gettext("Long polling: median delay %(p50)s, but one request with all its headers for nearly every event: %(requests)s requests, %(overhead)s bytes of headers per event."), {
    p50: ms(row.p50),
    requests: whole(row.requests),
    overhead: whole(row.overhead_per_event),
  });

function pushing(sse, websocket) {
  const values = { sse: ms(sse.p50), websocket: ms(websocket.p50) };
  if (sse.requests > 1 || websocket.requests > 1) {
    return fill(gettext("Server-sent events and WebSocket: median delay %(sse)s and %(websocket)s, with %(a)s and %(b)s requests, one for each time they had to come back."), {
      ...values,
      a: whole(sse.requests),
      b: whole(websocket.requests),
    });
  }
  return fill(gettext("Server-sent events and WebSocket: one request each for the whole run, median delay %(sse)s and %(websocket)s; headers and framing come to %(a)s and %(b)s bytes per event."), {
    ...values,
    a: whole(sse.overhead_per_event),
    b: whole(websocket.overhead_per_event),
  });
}

function best(rows) {
  const least = (key) => rows.reduce((a, b) => (b[key] < a[key] ? b : a));
  const [quickest, cheapest] = [least("p50"), least("bytes_per_event")];
  const dearest = rows.reduce((a, b) => (b.bytes_per_event > a.bytes_per_event ? b : a));
  return fill(gettext("Quickest here: %(quickest)s. Fewest bytes per event: %(cheapest)s, %(few)s against %(many)s over %(dearest)s."), {
    quickest: title(quickest.transport),
    cheapest: title(cheapest.transport),
    few: whole(cheapest.bytes_per_event),
    many: whole(dearest.bytes_per_event),
    dearest: title(dearest.transport),
  });
}

function network({ latency, jitter }) {
  if (!latency && !jitter) return "";
  const text = gettext("The server held back all that it said for %(least)s to %(most)s: that much of each latency is simulated.");
  return fill(text, { least: ms(latency), most: ms(latency + jitter) });
}

function compression(rows, plan) {
  const packed = rows.filter(({ compressed }) => compressed);
  if (!plan.compression || !packed.length) return "";
  const each = packed.map((row) => `${title(row.transport)} ${percent(row.wire_bytes / row.body_bytes_server)}`);
  return fill(gettext("Compression: bytes on the wire as a share of the bytes that the page got: %(each)s."), { each: each.join(", ") });
}

function cuts(rows) {
  const count = rows.reduce((sum, row) => sum + (row.cuts ?? 0), 0);
  if (!count) return "";
  const lost = rows.reduce((sum, row) => sum + row.lost, 0);
  return fill(gettext("Cut in the middle of an event: %(count)s; lost: %(lost)s. Each reader came back with its cursor and was given what it had missed."), {
    count: whole(count),
    lost: whole(lost),
  });
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
