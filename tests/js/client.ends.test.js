import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { cursor, event, fakeBrowser, settled } from "./support/browser.js";
import { answer, live, open } from "./support/client.js";

describe("signed out", () => {
  const quiet = async ({ client, clock, sockets, sources, requests, fire }, state = "signed-out") => {
    const before = [sockets.length, sources.length, requests.length];
    assert.equal(client.state, state);
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

  test("a page of another version asks no more either, whichever way it learns it", async () => {
    const socket = await live();
    socket.sockets[0].drop(4426);
    await quiet(socket, "update");
    const poll = open({ transports: ["poll"] });
    await poll.requests[0].answer({ error: { code: "old_version" } }, { status: 426 });
    await quiet(poll, "update");
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

  test("a ready of somebody else's", async () => {
    const all = open({ user: 7 });
    all.sockets[0].receive({ control: "ready", cursor: cursor(5), heartbeat: 20, user: null });
    await quiet(all);
  });

  test("a poll that is answered as to a visitor", async () => {
    const all = open({ transports: ["poll"], user: 7 });
    await all.requests[0].answer(answer([], 5, { user: 7 }));
    assert.equal(all.client.state, "delayed");
    await all.clock.pass(15_000);
    await all.requests[1].answer(answer([], 6, { user: null }));
    await quiet(all);
  });

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
