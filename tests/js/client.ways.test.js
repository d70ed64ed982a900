import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { cursor, event, fakeBrowser } from "./support/browser.js";
import { answer, live, open } from "./support/client.js";

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
