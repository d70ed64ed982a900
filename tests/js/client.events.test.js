import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { cursor, event, settled } from "./support/browser.js";
import { answer, live, open } from "./support/client.js";

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
