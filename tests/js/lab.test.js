/** The figures of the transport lab. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { perSecond } from "../../static/noticeboard/lab/charts.js";
import { meaning } from "../../static/noticeboard/lab/apart/meaning.js";
import { failure } from "../../static/noticeboard/lab/names.js";
import {
  clockOffset,
  csv,
  quantile,
  result,
  Tally,
} from "../../static/noticeboard/lab/apart/statistics.js";

const tally = (...numbers) => {
  const made = new Tally();
  numbers.forEach((n) => made.record(n, n * 200, n));
  return made;
};

describe("quantile", () => {
  test("it is the nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    assert.deepEqual([0.5, 0.95, 0.99, 1].map((q) => quantile(hundred, q)), [50, 95, 99, 100]);
    assert.equal(quantile([7], 0.99), 7);
    assert.equal(quantile([1, 2, 3], 0), 1);
  });

  test("it is nothing of nothing", () => {
    assert.equal(quantile([], 0.5), null);
  });
});

describe("clock", () => {
  test("its offset is that of the quickest ping", () => {
    const pings = [
      { sent: 0, received: 100, time: 5_000 },
      { sent: 200, received: 204, time: 1_202 },
      { sent: 300, received: 350, time: 9_000 },
    ];
    assert.deepEqual(clockOffset(pings), { offset: 1_000, error: 2 });
  });
});

describe("tally", () => {
  test("it counts each event once, and how often it came again", () => {
    const { received, duplicated } = tally(1, 2, 2, 3, 2);
    assert.deepEqual([received, duplicated], [3, 2]);
  });

  test("it sees what was overtaken", () => {
    assert.equal(tally(1, 3, 2, 4).outOfOrder, 1);
    assert.equal(tally(1, 2, 3).outOfOrder, 0);
  });

  test("what may still come is not lost, what was overtaken for good is", () => {
    assert.equal(tally(1, 2, 3).lost(10, false), 0);
    assert.equal(tally(1, 3).lost(10, false), 1);
    assert.equal(tally(1, 3).lost(10, true), 8);
  });

  test("a sample of the warm-up is received, but has no latency", () => {
    const made = new Tally();
    made.record(1, 0, 900, false);
    made.record(2, 200, 10);
    assert.equal(made.received, 2);
    assert.equal(made.excluded, 1);
    assert.deepEqual(made.latency(), { p50: 10, p95: 10, p99: 10 });
  });
});

const wire = { requests: 5, connections: 1, answers: 4, empty: 1, body: 600, sent: 600, wire_in: 400, wire_out: 1_000, cuts: 2, packed: 1 };
const row = (transport, numbers = [1, 2, 3, 4]) =>
  result(transport, {
    tally: tally(...numbers),
    sent: 4,
    over: true,
    body: 600,
    wire,
    reconnects: 0,
    state: "closed",
  });

describe("results", () => {
  test("they say what an event costs", () => {
    const { bytes_per_event, overhead_per_event, wire_bytes, empty_answers } = row("poll");
    assert.deepEqual([bytes_per_event, overhead_per_event, wire_bytes], [350, 200, 1_400]);
    assert.equal(empty_answers, 0.25);
    assert.equal(row("sse").empty_answers, null);
  });

  test("nothing received costs nothing that can be said", () => {
    assert.equal(row("poll", []).bytes_per_event, null);
    assert.equal(row("poll", []).lost, 4);
  });

  test("as CSV they have a line per transport", () => {
    const lines = csv([row("websocket"), row("sse")]).trim().split("\n");
    assert.equal(lines.length, 3);
    assert.ok(lines[0].startsWith("transport,state,reason,received,expected,lost"));
    assert.ok(lines[1].startsWith("websocket,closed,,4,4,0,0,0,2,4,4,5,1,0,0,2,true,600,600,1400,350,200,"));
    assert.equal(new Set(lines.map((line) => line.split(",").length)).size, 1);
  });

  test("in words they have the figures", () => {
    const rows = ["websocket", "sse", "longpoll", "poll"].map((name) => row(name));
    const text = meaning(rows, { poll_seconds: 5 }).join(" ");
    assert.match(text, /Polling every 5 s: median delay 2 ms.*5 requests for 4 events, 25% /);
    assert.match(text, /All four got every event once/);
    assert.match(meaning([row("websocket", [1, 3]), ...rows.slice(1)], {}).join(" "), /Not complete: WebSocket/);
    assert.deepEqual(meaning(rows.map(({ transport }) => row(transport, [])), {}), []);
  });

  test("in words they do without one that was blocked", () => {
    const rows = ["websocket", "sse", "longpoll", "poll"].map((name) => row(name, name === "websocket" ? [] : [1, 2, 3, 4]));
    const text = meaning(rows, { poll_seconds: 5 }).join(" ");
    assert.match(text, /Polling every 5 s/);
    assert.match(text, /Not complete: WebSocket/);
  });

  test("in words they say what the server did to the network", () => {
    const rows = ["sse", "poll"].map((name) => row(name));
    const text = meaning(rows, { poll_seconds: 5, latency: 100, jitter: 50, compression: true }).join(" ");
    assert.match(text, /for 100 ms to 150 ms/);
    assert.match(text, /Compression: .*Server-sent events 233%, Polling 233%/);
    assert.match(text, /Cut in the middle of an event: 4; lost: 0\./);
  });
});

test("bytes per second fall into their seconds", () => {
  const arrivals = [[1_000, 5], [1_900, 6], [2_100, 7], [9_000, 8], [500, 9]];
  assert.deepEqual(perSecond(arrivals, 1_000, 3), [[0, 11], [1, 7], [2, 0]]);
});

test("it says why a transport does not work", () => {
  const words = (reason, wasUp = false) => failure(reason, wasUp);
  assert.equal(words({ kind: "handshake", code: 1006 }), "Blocked: WebSocket closed 1006 before open");
  assert.equal(words({ kind: "socket", code: 1006 }, true), "Cut: WebSocket closed 1006");
  assert.equal(words({ kind: "status", status: 502 }), "Blocked: HTTP status 502");
  assert.equal(words({ kind: "silent" }), "Blocked: no answer in time");
});
