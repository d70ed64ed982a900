import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { connect } from "../../static/noticeboard/client/index.js";
import { cursor, event, fakeBrowser, settled } from "./support/browser.js";

/** A client in a fake browser, with what it told. */
function open(options = {}, browser = fakeBrowser(options)) {
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
async function live(options) {
  const all = open(options);
  all.sockets[0].ready(cursor(5));
  return all;
}

const answer = (events = [], last = 5, more = {}) => ({
  cursor: cursor(events.at(-1) ?? last),
  events: events.map((seq) => event(seq)),
  signals: [],
  reset: false,
  ...more,
});

describe("connecting", () => {
  test("it asks for what comes after its cursor and for the topics it was given", () => {
    const { sockets } = open({ topics: ["room.ops", "order.7"] });
    const [{ url }] = sockets;
    assert.equal(url.href.split("?")[0], "wss://board.test/ws/");
    assert.deepEqual(url.searchParams.getAll("topic"), ["room.ops", "order.7"]);
    assert.equal(url.searchParams.get("after"), cursor(5));
  });

  test("it is live when the transport says ready, not when it opens", () => {
    const { client, sockets } = open();
    assert.equal(client.state, "connecting");
    sockets[0].ready(cursor(5));
    assert.equal(client.state, "live");
    assert.equal(client.transport, "websocket");
  });

  test("it starts where the server stands if it has no cursor", () => {
    const { client, sockets } = open({ cursor: "" });
    assert.equal(sockets[0].after, null);
    sockets[0].ready(cursor(9));
    assert.equal(client.cursor, cursor(9));
  });

  test("a ready that names a later cursor does not make it skip its backlog", async () => {
    const { client, sockets, got } = open();
    sockets[0].ready(cursor(8));
    for (const seq of [6, 7, 8]) sockets[0].receive(event(seq));
    assert.deepEqual(got, [6, 7, 8]);
    assert.equal(client.cursor, cursor(8));
  });

  test("it gives up a socket that is not ready within three seconds", async () => {
    const { clock, sockets, sources } = open();
    await clock.pass(2_999);
    assert.equal(sources.length, 0);
    await clock.pass(1);
    assert.ok(sockets[0].closed);
    assert.equal(sources.length, 1);
  });

  test("it works where the browser has no WebSocket at all", async () => {
    const browser = fakeBrowser();
    browser.env.WebSocket = undefined;
    const { clock, sources } = open({}, browser);
    await clock.pass(0);
    assert.equal(sources.length, 1);
  });

  test("a proxy's page instead of frames is a failure, not an error", async () => {
    const { clock, sockets, sources } = open();
    sockets[0].receive("<html>");
    await clock.pass(0);
    assert.ok(sockets[0].closed);
    assert.equal(sources.length, 1);
  });
});

describe("the way down", () => {
  test("WebSocket and SSE blocked: long polling within eight seconds", async () => {
    const { client, clock, requests } = open();
    await clock.pass(6_500);
    assert.equal(requests.length, 1);
    assert.equal(requests[0].wait, "1");
    await requests[0].answer(answer());
    assert.equal(client.transport, "longpoll");
    assert.equal(client.state, "live");
  });

  test("all blocked but plain requests: polling, and it says delayed", async () => {
    const { client, clock, requests, got } = open({ pollSeconds: 15 });
    await clock.pass(9_000);
    assert.equal(requests.at(-1).wait, null);
    await requests.at(-1).answer(answer());
    assert.equal(client.state, "delayed");
    await clock.pass(15_000);
    await requests.at(-1).answer(answer([6, 7]));
    assert.deepEqual(got, [6, 7]);
  });

  test("everything refused: it tries again, with growing, jittered delays", async () => {
    const { client, clock, sockets, sources, requests } = open();
    for (const round of [1, 2, 3]) {
      assert.equal(sockets.length, round);
      for (const next of [() => sockets.at(-1).drop(), () => sources.at(-1).drop()]) {
        next();
        await clock.pass(client.retryAt - clock.now());
      }
      await requests.at(-1).fail();
      await clock.pass(client.retryAt - clock.now());
      await requests.at(-1).fail();
      assert.ok(client.retryAt > clock.now());
      await clock.pass(client.retryAt - clock.now());
    }
    assert.equal(client.state, "offline");
  });

  test("one that worked is tried again before it is given up", async () => {
    const { client, clock, sockets } = await live();
    sockets[0].drop();
    assert.equal(client.state, "reconnecting");
    await clock.pass(250);
    assert.equal(sockets.length, 2);
  });

  test("two quick failures, with the server there: one step down", async () => {
    const { clock, sockets, sources, requests } = await live();
    sockets[0].drop();
    await clock.pass(250);
    sockets[1].drop();
    await requests[0].answer(answer());
    await clock.pass(500);
    assert.equal(sources.length, 1);
  });

  test("two quick failures, with the server gone: the transport is not to blame", async () => {
    const { client, clock, sockets, sources, requests } = await live();
    sockets[0].drop();
    await clock.pass(250);
    sockets[1].drop();
    await requests[0].fail();
    await clock.pass(500);
    assert.equal(sources.length, 0);
    assert.equal(sockets.length, 3);
    assert.equal(client.transport, "websocket");
  });

  test("a server that hangs is gone too", async () => {
    const { clock, sockets, sources } = await live();
    sockets[0].drop();
    await clock.pass(250);
    sockets[1].drop();
    await clock.pass(3_500);
    assert.equal(sources.length, 0);
    assert.equal(sockets.length, 3);
  });

  test("failures before half a minute of health do not count", async () => {
    const { client, clock, sockets, sources, requests } = await live();
    for (const again of [1, 2, 3]) {
      await clock.pass(30_000);
      sockets.at(-1).drop();
      await clock.pass(client.retryAt - clock.now());
      assert.equal(sockets.length, again + 1);
      sockets.at(-1).ready();
    }
    assert.equal(sources.length + requests.length, 0);
  });

  test("the winner is remembered for a day", async () => {
    const first = open();
    first.sockets[0].drop();
    await first.clock.pass(0);
    first.sources[0].ready(cursor(5));
    first.client.close();

    const again = (time) => {
      const browser = fakeBrowser();
      browser.env.storage = first.env.storage;
      browser.clock.time = first.clock.time + time;
      return open({}, browser).client.transport;
    };
    assert.equal(again(86_399_000), "sse");
    assert.equal(again(86_401_000), "websocket");
  });

  test("a storage that throws costs nothing", () => {
    const browser = fakeBrowser();
    browser.env.storage = {
      getItem: () => assert.fail("blocked"),
      setItem: () => assert.fail("blocked"),
    };
    const { client, sockets } = open({}, browser);
    sockets[0].ready();
    assert.equal(client.state, "live");
  });
});

describe("the way up", () => {
  async function onSse() {
    const all = open();
    all.sockets[0].drop();
    await all.clock.pass(0);
    all.sources[0].ready(cursor(5));
    return all;
  }

  test("it keeps what works until the better one is ready, and repeats nothing", async () => {
    const { client, clock, sockets, sources, got, states } = await onSse();
    await clock.pass(15_000);
    assert.equal(sockets.length, 2);
    assert.equal(client.transport, "sse");
    sources[0].receive(event(6));
    sockets[1].ready(cursor(5));
    assert.ok(sources[0].closed);
    assert.equal(client.transport, "websocket");
    for (const seq of [6, 7]) sockets[1].receive(event(seq));
    assert.deepEqual(got, [6, 7]);
    assert.deepEqual(states, ["live"]);
  });

  test("a heartbeat of the new one does not take the cursor back", async () => {
    const { client, clock, sockets, sources, got } = await onSse();
    await clock.pass(15_000);
    for (const seq of [6, 7, 8]) sources[0].receive(event(seq));
    sockets[1].ready(cursor(5));
    sockets[1].receive({ control: "heartbeat", cursor: cursor(6) });
    assert.equal(client.cursor, cursor(8));
    for (const seq of [7, 8, 9]) sockets[1].receive(event(seq));
    assert.deepEqual(got, [6, 7, 8, 9]);
  });

  test("looks that fail are not seen and get rarer, five minutes at most", async () => {
    const { client, clock, sockets, sources, states } = await onSse();
    const looks = [];
    while (clock.now() < Date.parse("2026-11-21T11:00:00Z")) {
      await clock.pass(5_000);
      sources[0].emit("keep-alive", {}, cursor(5));
      if (sockets.at(-1).closed) continue;
      looks.push(clock.now());
      sockets.at(-1).drop();
    }
    const gaps = looks.slice(1).map((at, i) => at - looks[i]);
    assert.deepEqual(gaps.slice(0, 5), [30_000, 60_000, 120_000, 240_000, 300_000]);
    assert.equal(Math.max(...gaps), 300_000);
    assert.equal(client.transport, "sse");
    assert.deepEqual(states, ["live"]);
    assert.equal(sources.length, 1);
  });

  test("coming online or into view looks at once", async () => {
    for (const type of ["online", "visibilitychange"]) {
      const { clock, sockets, sources, fire } = await onSse();
      await clock.pass(15_000);
      sockets[1].drop();
      await clock.pass(20_000);
      sources[0].emit("keep-alive", {}, cursor(5));
      fire(type);
      assert.equal(sockets.length, 3, type);
    }
  });

  test("from polling it may find SSE where WebSocket stays blocked", async () => {
    const { client, clock, sockets, sources, requests } = open();
    await clock.pass(9_000);
    await requests.at(-1).answer(answer());
    await clock.pass(15_000);
    sockets.at(-1).drop();
    sources.at(-1).ready(cursor(5));
    assert.equal(client.transport, "sse");
    assert.equal(client.state, "live");
    assert.ok(sockets.at(-1).closed);
  });
});

describe("events", () => {
  test("each comes once and in order, across a cut", async () => {
    const { client, clock, sockets, got } = await live();
    sockets[0].receive(event(6));
    sockets[0].drop();
    sockets[0].receive(event(7));
    await clock.pass(250);
    assert.equal(sockets[1].after, cursor(6));
    sockets[1].ready(cursor(6));
    for (const seq of [7, 8]) sockets[1].receive(event(seq));
    assert.deepEqual(got, [6, 7, 8]);
    assert.equal(client.cursor, cursor(8));
  });

  test("the cursor moves after the event was processed", async () => {
    const seen = [];
    const all = await live({ onEvent: () => seen.push(all.client.cursor) });
    all.sockets[0].receive(event(6));
    assert.deepEqual(seen, [cursor(5)]);
    assert.equal(all.client.cursor, cursor(6));
  });

  test("one that the page cannot handle is logged and does not stop the next", async () => {
    const got = [];
    const { client, sockets, logged } = await live({
      onEvent({ data }) {
        if (data.seq === 6) throw new Error("cannot");
        got.push(data.seq);
      },
    });
    for (const seq of [6, 7]) sockets[0].receive(event(seq));
    assert.deepEqual(got, [7]);
    assert.equal(logged.length, 1);
    assert.equal(client.cursor, cursor(7));
  });

  test("a signal event has no cursor and moves none", async () => {
    const signals = [];
    const { client, sockets, got } = await live({ onSignal: ({ type }) => signals.push(type) });
    sockets[0].receive({ signal: true, id: "s1", type: "typing", time: "", data: {} });
    assert.deepEqual([signals, got], [["typing"], []]);
    assert.equal(client.cursor, cursor(5));
  });

  test("nothing comes after close", async () => {
    const all = await live({ onEvent: () => all.client.close() });
    all.sockets[0].receive(event(6));
    assert.ok(all.sockets[0].closed);
    assert.equal(all.client.state, "closed");
    await all.clock.pass(600_000);
    all.fire("online");
    all.client.reconnect();
    assert.equal(all.sockets.length, 1);
    assert.equal(all.clock.waiting, 0);
  });

  test("what it does not know it ignores", async () => {
    const { client, sockets, got } = await live();
    sockets[0].receive({ control: "novelty" });
    sockets[0].receive({});
    assert.deepEqual(got, []);
    assert.equal(client.state, "live");
  });

  test("a heartbeat moves the cursor, and the server learns how far it has read", async () => {
    const { client, sockets } = await live();
    sockets[0].receive({ control: "heartbeat", cursor: cursor(9) });
    assert.equal(client.cursor, cursor(9));
    assert.deepEqual(sockets[0].sent, [{ do: "got", cursor: cursor(9) }]);
  });
});

describe("a reset", () => {
  const reset = { control: "reset", reason: "too_old", cursor: cursor(40) };

  test("it takes a snapshot and continues from its cursor", async () => {
    const reasons = [];
    const { client, clock, sockets } = await live({
      async onReset({ reason }) {
        reasons.push(reason);
        return cursor(41);
      },
    });
    sockets[0].receive(reset);
    assert.ok(sockets[0].closed);
    await clock.pass(0);
    assert.deepEqual(reasons, ["too_old"]);
    assert.equal(sockets[1].after, cursor(41));
    sockets[1].ready(cursor(41));
    assert.equal(client.state, "live");
  });

  test("also to a cursor with a lower number: the log is another one", async () => {
    const { clock, sockets, got } = await live({ onReset: () => cursor(2) });
    sockets[0].receive(reset);
    await clock.pass(0);
    sockets[1].ready(cursor(2));
    sockets[1].receive(event(3));
    assert.deepEqual(got, [3]);
  });

  test("it tries again when there is no snapshot to be had", async () => {
    let tries = 0;
    const { client, clock, sockets, logged } = await live({
      async onReset() {
        if (++tries < 3) throw Object.assign(new Error("503"), { retryAfter: 2_000 });
        return cursor(41);
      },
    });
    sockets[0].receive(reset);
    await clock.pass(2_000);
    assert.equal(tries, 1);
    await clock.pass(10_000);
    assert.equal(tries, 3);
    assert.equal(logged.length, 2);
    assert.equal(sockets.at(-1).after, cursor(41));
    assert.equal(client.state, "reconnecting");
  });

  test("it does not spin on a server that resets every connection", async () => {
    const { clock, sockets } = await live({ onReset: () => cursor(41) });
    for (let i = 0; i < 200; i++) {
      if (!sockets.at(-1).closed) {
        sockets.at(-1).ready(cursor(41));
        sockets.at(-1).receive(reset);
      }
      await clock.pass(100);
    }
    assert.ok(sockets.length < 12, `${sockets.length} connections in 20 s`);
  });

  test("an answer that comes after a reconnect by hand is too late", async () => {
    let give;
    const onReset = () => new Promise((resolve) => (give = resolve));
    const { client, sockets, clock } = await live({ onReset });
    sockets[0].receive(reset);
    await settled();
    client.reconnect();
    give(cursor(41));
    await clock.pass(1_000);
    assert.equal(sockets.length, 2);
    assert.equal(sockets[1].after, cursor(5));
  });

  test("a cursor that the server cannot read is one too", async () => {
    const { client, clock, requests } = open({ transports: ["poll"], onReset: () => cursor(41) });
    await requests[0].answer({ error: { code: "bad_cursor" } }, { status: 400 });
    await clock.pass(0);
    assert.equal(requests[1].after, cursor(41));
    await requests[1].answer(answer([], 41));
    assert.equal(client.state, "delayed");
  });
});

describe("signed out", () => {
  const quiet = async ({ client, clock, sockets, sources, requests, fire }) => {
    const before = [sockets.length, sources.length, requests.length];
    assert.equal(client.state, "signed-out");
    for (const type of ["online", "visibilitychange", "pageshow"]) fire(type);
    await clock.pass(60_000);
    assert.deepEqual([sockets.length, sources.length, requests.length], before);
    assert.equal(clock.waiting, 0);
  };

  test("close code 4401: no further request", async () => {
    const all = await live();
    all.sockets[0].drop(4401);
    await quiet(all);
  });

  test("a closing frame that does not invite back", async () => {
    const all = await live();
    all.sockets[0].receive({ control: "closing", come_back: false, after_ms: 0, code: 4401 });
    await quiet(all);
  });

  test("SSE's signed_out", async () => {
    const all = open({ transports: ["sse"] });
    all.sources[0].ready();
    all.sources[0].emit("stream-error", { code: "signed_out", detail: "" });
    await quiet(all);
  });

  for (const status of [401, 403]) {
    test(`a poll's ${status}`, async () => {
      const all = open({ transports: ["poll"] });
      await all.requests[0].answer({ error: { code: "signed_out" } }, { status });
      await quiet(all);
    });
  }

  test("found by the plain request, where SSE cannot say why it failed", async () => {
    const all = open({ transports: ["sse"] });
    all.sources[0].ready();
    all.sources[0].drop();
    await all.clock.pass(250);
    all.sources[1].drop();
    await all.requests[0].answer({}, { status: 401 });
    await quiet(all);
  });

  test("an action's 401", async () => {
    const all = open({ transports: ["sse"] });
    all.sources[0].ready();
    const refused = assert.rejects(all.client.send("read", { ids: [1] }), { code: "signed_out" });
    await all.requests[0].answer({ error: { code: "signed_out" } }, { status: 401 });
    await refused;
    await quiet(all);
  });

  test("but it connects when asked to", async () => {
    const { client, sockets } = await live();
    sockets[0].drop(4401);
    client.reconnect();
    sockets[1].ready();
    assert.equal(client.state, "live");
  });
});

describe("come back", () => {
  test("it waits as long as the server says, and does not blame the transport", async () => {
    const { client, clock, sockets, sources, requests } = await live();
    for (const round of [1, 2, 3, 4]) {
      sockets.at(-1).receive({ control: "closing", come_back: true, after_ms: 5_000, code: 4409 });
      await clock.pass(4_999);
      assert.equal(sockets.length, round);
      await clock.pass(client.retryAt - clock.now());
      assert.equal(sockets.length, round + 1);
      sockets.at(-1).ready();
    }
    assert.equal(sources.length + requests.length, 0);
  });

  test("SSE's come_back", async () => {
    const { client, clock, sources, requests } = open({ transports: ["sse"] });
    for (const round of [1, 2, 3]) {
      sources.at(-1).ready();
      sources.at(-1).emit("stream-error", { code: "come_back", detail: "" });
      await clock.pass(client.retryAt - clock.now());
      assert.equal(sources.length, round + 1);
    }
    assert.equal(requests.length, 0);
  });

  test("Retry-After of a poll, in seconds or as a date", async () => {
    for (const value of ["7", "Sat, 21 Nov 2026 10:00:07 GMT"]) {
      const { clock, requests } = open({ transports: ["poll"] });
      await requests[0].answer({}, { status: 503, headers: { "Retry-After": value } });
      await clock.pass(6_999);
      assert.equal(requests.length, 1);
      await clock.pass(1_000);
      assert.equal(requests.length, 2);
    }
  });
});

describe("heartbeats", () => {
  test("none for two intervals: out of date, and it reconnects by itself", async () => {
    const { client, clock, sockets, states } = await live();
    await clock.pass(39_999);
    assert.equal(client.state, "live");
    await clock.pass(1);
    assert.equal(client.state, "stale");
    assert.ok(sockets[0].closed);
    await clock.pass(1_000);
    sockets[1].ready();
    assert.deepEqual(states, ["live", "stale", "live"]);
  });

  test("anything that comes is one", async () => {
    const { client, clock, sockets } = await live();
    for (let seq = 6; seq < 20; seq++) {
      await clock.pass(35_000);
      sockets[0].receive(seq % 2 ? event(seq) : { control: "heartbeat", cursor: cursor(seq) });
    }
    assert.equal(client.state, "live");
    assert.equal(sockets.length, 1);
  });

  test("after a sleep it knows at once that it is out of date", async () => {
    const { client, clock, fire } = await live();
    clock.time += 600_000;
    fire("visibilitychange");
    assert.equal(client.state, "stale");
  });

  test("a stalled stream and a stalled poll are noticed too", async () => {
    const { client, clock, sources } = open({ transports: ["sse"] });
    sources[0].ready();
    sources[0].emit("keep-alive", {}, cursor(6));
    assert.equal(client.cursor, cursor(6));
    await clock.pass(40_000);
    assert.equal(client.state, "stale");

    const polling = open({ transports: ["longpoll"] });
    await polling.requests[0].answer(answer());
    await polling.clock.pass(50_000);
    assert.equal(polling.client.state, "stale");
    assert.ok(polling.requests[1].done);
  });
});

describe("the page", () => {
  test("offline is said at once, and online tries at once", async () => {
    const { client, clock, sockets, page, fire } = await live();
    page.online = false;
    fire("offline");
    assert.equal(client.state, "offline");
    await clock.pass(15_000);
    assert.equal(sockets.length, 1);
    page.online = true;
    fire("online");
    assert.equal(sockets.length, 2);
    sockets[1].ready();
    assert.equal(client.state, "live");
  });

  test("a browser that wrongly believes to be offline is live when it is", async () => {
    const browser = fakeBrowser();
    browser.page.online = false;
    const { client, sockets } = open({}, browser);
    sockets[0].ready();
    assert.equal(client.state, "live");
  });

  test("coming into view ends a long wait", async () => {
    const { clock, sockets, sources, requests, fire } = open();
    sockets[0].drop();
    await clock.pass(0);
    sources[0].drop();
    await clock.pass(0);
    await requests[0].fail();
    await clock.pass(0);
    await requests[1].fail();
    const before = sockets.length;
    fire("visibilitychange");
    assert.equal(sockets.length, before + 1);
  });

  test("the back/forward cache: closed on leaving, open on return", async () => {
    const { clock, sockets, fire, client } = await live();
    fire("pagehide");
    assert.ok(sockets[0].closed);
    await clock.pass(600_000);
    assert.equal(sockets.length, 1);
    assert.equal(clock.waiting, 0);
    fire("pageshow");
    assert.equal(sockets[1].after, cursor(5));
    sockets[1].ready();
    assert.equal(client.state, "live");
  });

  test("a hidden page polls less, and at once when it is looked at", async () => {
    const { clock, requests, page, fire } = open({ transports: ["poll"], pollSeconds: 10 });
    page.hidden = true;
    await requests[0].answer(answer());
    await clock.pass(39_999);
    assert.equal(requests.length, 1);
    page.hidden = false;
    fire("visibilitychange");
    await settled();
    assert.equal(requests.length, 2);
  });

  test("paused is a word: events still come", async () => {
    const { client, sockets, got } = await live();
    client.pause();
    assert.equal(client.state, "paused");
    sockets[0].receive(event(6));
    assert.deepEqual(got, [6]);
    sockets[0].drop();
    assert.equal(client.state, "reconnecting");
    client.pause(false);
    assert.equal(client.state, "reconnecting");
  });

  test("it can be told which transport to use, and to choose again", async () => {
    const { client, clock, sockets, sources } = await live();
    client.use("sse");
    assert.ok(sockets[0].closed);
    assert.equal(sources[0].after, cursor(5));
    sources[0].ready();
    await clock.pass(39_000);
    assert.equal(sockets.length, 1);
    client.use("auto");
    assert.equal(sockets.length, 2);
    assert.throws(() => client.use("pigeon"), RangeError);
  });

  test("reconnect ignores the backoff", async () => {
    const { client, sockets } = await live();
    sockets[0].drop();
    client.reconnect();
    assert.equal(sockets.length, 2);
    assert.equal(client.state, "connecting");
  });
});

describe("polls", () => {
  test("long polling asks again as soon as it was answered", async () => {
    const { clock, requests, got } = open({ transports: ["longpoll"] });
    await requests[0].answer(answer([6]));
    assert.equal(requests[1].wait, "25");
    assert.equal(requests[1].after, cursor(6));
    await requests[1].answer(answer([7, 9]));
    assert.equal(requests[2].after, cursor(9));
    assert.deepEqual(got, [6, 7, 9]);
    await clock.pass(0);
  });

  test("an empty answer that comes at once is not asked for again at once", async () => {
    const { clock, requests } = open({ transports: ["longpoll"] });
    await clock.pass(1_000);
    for (let round = 0; round < 5; round++) {
      await requests.at(-1).answer(answer());
      await clock.pass(250);
    }
    assert.ok(requests.length < 4, `${requests.length} requests in a second`);
  });

  test("polling sends the tag of the last answer, and 304 is a heartbeat", async () => {
    const { client, clock, requests } = open({ transports: ["poll"] });
    await requests[0].answer(answer(), { headers: { ETag: '"5"' } });
    for (let round = 1; round < 8; round++) {
      await clock.pass(15_000);
      assert.equal(requests[round].init.headers["If-None-Match"], '"5"');
      await requests[round].answer(null, { status: 304 });
    }
    assert.equal(client.state, "delayed");
    assert.equal(client.cursor, cursor(5));
  });

  test("an answer of a hundred events is followed at once", async () => {
    const { requests } = open({ transports: ["poll"] });
    const many = Array.from({ length: 100 }, (_, i) => 6 + i);
    await requests[0].answer(answer(many));
    assert.equal(requests[1].after, cursor(105));
  });

  test("its reset and its signals are like the others'", async () => {
    const signals = [];
    const { clock, requests } = open({
      transports: ["poll"],
      onSignal: ({ id }) => signals.push(id),
      onReset: () => cursor(41),
    });
    await requests[0].answer(answer([6], 6, { signals: [{ signal: true, id: "s1" }] }));
    assert.deepEqual(signals, ["s1"]);
    await clock.pass(15_000);
    await requests[1].answer(answer([], 40, { reset: "unknown" }));
    await clock.pass(0);
    assert.equal(requests[2].after, cursor(41));
  });

  test("after an action it asks at once", async () => {
    const { client, requests } = open({ transports: ["poll"] });
    await requests[0].answer(answer());
    const sent = client.send("read", { ids: [3] });
    await requests[1].answer({ ok: true, changed: 1, ids: [3] });
    assert.equal((await sent).changed, 1);
    await settled();
    assert.equal(requests[2].url.pathname, "/api/events/");
  });
});
