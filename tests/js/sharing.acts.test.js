/** What a page that shares a connection does: actions, signals, calls, the chip's buttons. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { cursor, event } from "./support/browser.js";
import { answer } from "./support/client.js";
import { fakeTabs, liveTabs } from "./support/tabs.js";

const signal = (type, data) => ({ signal: true, id: "i", type, data });
const states = ({ tabs }) => tabs.map(({ client }) => client.state);

describe("actions", () => {
  test("of a page that leads go over its socket, of another by HTTP", async () => {
    const all = await liveTabs(2);
    const [first, second] = all.tabs;
    first.client.send("read", { ids: [1] });
    assert.equal(all.sockets[0].sent.at(-1).do, "read");
    const doing = second.client.send("read", { ids: [2] });
    assert.equal(all.requests[0].url.pathname, "/api/inbox/read/");
    await all.requests[0].answer({ ok: true, changed: 1 });
    assert.deepEqual(await doing, { ok: true, changed: 1 });
  });

  test("a 401 signs the page out", async () => {
    const all = await liveTabs(2);
    const refused = assert.rejects(all.tabs[1].client.send("read", { ids: [2] }), { status: 401 });
    await all.requests[0].answer({ error: { code: "signed_out" } }, { status: 401 });
    await refused;
    assert.deepEqual(states(all), ["live", "signed-out"]);
  });
});

describe("signals", () => {
  test("reach every page", async () => {
    const all = await liveTabs(3);
    const heard = [];
    for (const { client } of all.tabs) client.onSignal("typing", ({ data }) => heard.push(data.name));
    all.sockets[0].receive(signal("typing", { name: "Alice" }));
    await all.settle();
    assert.deepEqual(heard, ["Alice", "Alice", "Alice"]);
  });

  test("of any page go over the socket; a page is told where there is none", async () => {
    const all = await liveTabs(2);
    const payload = { type: "pointer", to: "room.ops", data: { x: 1, y: 2 } };
    for (const { client } of all.tabs) {
      assert.equal(client.tell(payload), true);
      await all.settle();
      assert.deepEqual(all.sockets[0].sent.pop(), { do: "signal", ...payload });
    }
    all.sockets[0].drop();
    await all.settle();
    for (const { client } of all.tabs) assert.equal(client.tell(payload), false);
  });

  test("go by HTTP where there is no socket, with the id that all pages have", async () => {
    const all = fakeTabs();
    const options = { transports: ["sse"] };
    await all.open(options);
    all.sources[0].ready();
    const { client } = await all.open(options);
    assert.equal(client.id, "c1");
    client.send("typing", { room: "ops" });
    assert.deepEqual(JSON.parse(all.requests[0].init.body), { typing: "ops", client: "c1" });
  });
});

describe("calls", () => {
  const call = async (all, name, given = {}) => {
    const [socket] = all.connected();
    socket.receive(signal("call", { ref: "r1", function: name, arguments: given }));
    await all.settle();
    const { ok, error } = socket.sent.at(-1);
    return { ok, error };
  };

  test("run on the page that has the function, once", async () => {
    const all = await liveTabs(3);
    const ran = [];
    const add = (number) => async (given) => ran.push(number) && { sum: given.a + given.b };
    all.tabs[1].client.handle("add", add(1));
    await all.settle();
    assert.deepEqual(await call(all, "add", { a: 40, b: 2 }), { ok: { sum: 42 }, error: undefined });
    all.tabs[2].client.handle("add", add(2));
    await all.settle();
    await call(all, "add");
    all.tabs[0].client.handle("add", add(0));
    await all.settle();
    await call(all, "add");
    assert.deepEqual(ran, [1, 2, 0]);
  });

  test("run on another that has it when a page has gone, or on none", async () => {
    const all = await liveTabs(3);
    const ran = [];
    for (const number of [1, 2]) all.tabs[number].client.handle("show", () => void ran.push(number));
    await all.settle();
    for (const tab of all.tabs.slice(1).toReversed()) {
      await call(all, "show");
      await tab.fire("pagehide");
    }
    assert.deepEqual(ran, [2, 1]);
    assert.equal((await call(all, "show")).error, 'No function "show"');
  });

  test("fail as the function does, or for want of it; after a change of the lead too", async () => {
    const all = await liveTabs(3);
    all.tabs[2].client.handle("print", () => {
      throw new Error("out of paper");
    });
    await all.settle();
    assert.equal((await call(all, "print")).error, "out of paper");
    assert.equal((await call(all, "draw")).error, 'No function "draw"');
    all.tabs[0].client.close();
    await all.settle();
    all.connected()[0].ready(cursor(5));
    await all.settle();
    assert.equal((await call(all, "print")).error, "out of paper");
  });
});

describe("the chip's buttons", () => {
  test("reconnect now, on any page", async () => {
    const all = await liveTabs(2);
    all.sockets[0].drop();
    await all.settle();
    assert.deepEqual(states(all), ["reconnecting", "reconnecting"]);
    const { retryAt, attempt } = all.tabs[1].client;
    assert.ok(retryAt > all.clock.now() && attempt === 1);
    all.tabs[1].client.reconnect();
    await all.settle();
    assert.equal(all.sockets.length, 2);
    all.sockets[1].ready(cursor(5));
    await all.settle();
    assert.deepEqual(states(all), ["live", "live"]);
  });

  test("a page that comes into view does so too", async () => {
    const all = await liveTabs(2);
    all.sockets[0].drop();
    await all.settle();
    await all.tabs[1].look(false);
    assert.equal(all.sockets.length, 2);
  });

  test("a chosen transport outlives the page that led", async () => {
    const all = await liveTabs(3);
    all.tabs[1].client.use("sse");
    await all.settle();
    all.sources[0].ready(cursor(5));
    await all.settle();
    assert.deepEqual(all.tabs.map(({ client }) => client.transport), ["sse", "sse", "sse"]);
    for (const { client } of all.tabs.slice(0, 2)) {
      client.close();
      await all.settle();
    }
    assert.equal(all.sources.length, 3);
    assert.equal(all.sockets.length, 1);
  });

  test("pause is of one page", async () => {
    const all = await liveTabs(2);
    all.tabs[1].client.pause();
    assert.deepEqual(states(all), ["live", "paused"]);
    all.sockets[0].receive(event(6));
    await all.settle();
    assert.deepEqual(all.tabs[1].got, [6]);
    all.tabs[1].client.pause(false);
    assert.deepEqual(states(all), ["live", "live"]);
  });
});

describe("signed out", () => {
  test("all pages are, and nobody asks any more", async () => {
    const all = await liveTabs(3);
    await all.clock.pass(15_000);
    all.sockets[0].drop(4401);
    await all.settle();
    assert.deepEqual(states(all), Array(3).fill("signed-out"));
    for (const tab of all.tabs) await tab.fire("online");
    for (const tab of all.tabs) await tab.look(false);
    await all.clock.pass(60_000);
    assert.equal(all.sockets.length, 1);
    assert.equal(all.clock.waiting, 0);
  });

  test("a page of the next session finds out for itself", async () => {
    const all = await liveTabs(1);
    await all.clock.pass(15_000);
    const fresh = await all.open();
    all.sockets[0].drop(4401);
    await all.settle();
    assert.equal(all.sockets.length, 2);
    all.sockets[1].ready(cursor(5));
    await all.settle();
    assert.deepEqual(states(all), ["signed-out", "live"]);
    assert.ok(fresh.client.leads);
  });

  test("one joins again when asked to", async () => {
    const all = await liveTabs(2);
    await all.clock.pass(15_000);
    all.sockets[0].drop(4401);
    await all.settle();
    for (const { client } of all.tabs) client.reconnect();
    await all.settle();
    assert.equal(all.connected().length, 1);
    all.connected()[0].ready(cursor(5));
    await all.settle();
    assert.deepEqual(states(all), ["live", "live"]);
  });

  test("a poll as to somebody else is no reason for the others to believe", async () => {
    const all = await liveTabs(1, { user: 1 });
    const second = await all.open({ user: 1, cursor: cursor(2) });
    await all.requests[0].answer(answer([3], 3, { user: null }));
    await all.settle();
    assert.equal(second.client.state, "signed-out");
    assert.equal(all.tabs[0].client.state, "live");
  });
});
