/** The pages of one browser: one connection, each event once and in order on every page. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { share } from "../../static/noticeboard/sharing/index.js";
import { cursor, event, fakeBrowser } from "./support/browser.js";
import { answer } from "./support/client.js";
import { fakeTabs, liveTabs } from "./support/tabs.js";

const seqs = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function receive(all, ...numbers) {
  for (const seq of numbers) all.connected()[0].receive(event(seq));
  await all.settle();
}

/** The only connection, which the page that leads has made after another's end. */
async function goOn(all) {
  await all.settle();
  assert.equal(all.connected().length, 1);
  const [socket] = all.connected();
  socket.ready(socket.after);
  await all.settle();
  return socket;
}

describe("one connection", () => {
  test("five pages, and each hears each event once", async () => {
    const all = await liveTabs(5);
    assert.equal(all.sockets.length, 1);
    await receive(all, 6, 7, 8);
    assert.deepEqual(all.tabs.map(({ got }) => got), Array(5).fill([6, 7, 8]));
    assert.deepEqual(all.tabs.map(({ client }) => client.state), Array(5).fill("live"));
    assert.deepEqual(all.tabs.map(({ client }) => client.transport), Array(5).fill("websocket"));
    assert.deepEqual(all.tabs.map(({ client }) => client.cursor), Array(5).fill(cursor(8)));
    assert.deepEqual(all.tabs.map(({ client }) => client.leads), [true, ...Array(4).fill(false)]);
    assert.equal(all.requests.length, 0);
  });

  test("another user, another set of topics, another address: another connection", async () => {
    const all = fakeTabs();
    await all.open({ user: 1 });
    await all.open({ user: 2 });
    await all.open({ user: 1, topics: ["room.ops"] });
    await all.open({ user: 1, topics: ["room.ops", "room.den"] });
    await all.open({ user: 1, topics: ["room.den", "room.ops"] });
    await all.open({ user: 1, url: { ws: "/other/ws/" } });
    assert.equal(all.sockets.length, 5);
  });

  test("each its own where there are no locks", async () => {
    const { env, sockets } = fakeBrowser();
    const alone = { ...env, BroadcastChannel: undefined };
    share({ env: alone });
    share({ env: alone });
    assert.equal(sockets.length, 2);
  });

  test("each its own where locks are forbidden", async () => {
    const all = fakeTabs();
    const locks = { request: async () => Promise.reject(new DOMException("", "SecurityError")) };
    await all.open({ env: { locks } });
    await all.open({ env: { locks } });
    assert.equal(all.connected().length, 2);
  });

  test("an event that one page cannot handle does not stop the others, nor what follows", async () => {
    const all = await liveTabs(1);
    const broken = () => {
      throw new Error("mine");
    };
    const second = await all.open({ onEvent: broken });
    const third = await all.open();
    await receive(all, 6, 7);
    assert.deepEqual(third.got, [6, 7]);
    assert.equal(second.client.cursor, cursor(7));
    assert.equal(all.logged.length, 2);
  });
});

describe("a page that comes later", () => {
  test("gets from the others' memory what was since its own cursor", async () => {
    const all = await liveTabs(1);
    await receive(all, 6, 7, 8);
    const late = await all.open({ cursor: cursor(6) });
    await receive(all, 9);
    assert.deepEqual(late.got, [7, 8, 9]);
    assert.equal(all.requests.length, 0);
  });

  test("asks the server once where they cannot tell, and holds what comes meanwhile", async () => {
    const all = await liveTabs(1);
    await receive(all, 6, 7);
    const late = await all.open({ cursor: cursor(3), topics: [] });
    await receive(all, 8, 9);
    assert.deepEqual(late.got, []);
    assert.equal(all.requests[0].after, cursor(3));
    await all.requests[0].answer(answer([4, 5, 6, 7, 8]));
    await receive(all, 10);
    assert.deepEqual(late.got, seqs(4, 10));
    assert.equal(all.requests.length, 1);
  });

  test("asks on until it has all, and again after a failure", async () => {
    const all = await liveTabs(1);
    await receive(all, ...seqs(6, 9));
    const late = await all.open({ cursor: cursor(3) });
    await all.requests[0].answer(answer([4, 5, 6]));
    assert.equal(all.requests[1].after, cursor(6));
    await all.requests[1].fail();
    await receive(all, 10);
    await all.clock.pass(500);
    await all.settle();
    // By now the others remember where it stands.
    assert.deepEqual(late.got, seqs(4, 10));
    assert.equal(all.requests.length, 2);
  });

  test("a cursor of another log: it takes a snapshot", async () => {
    const all = await liveTabs(1);
    const resets = [];
    const onReset = (frame) => (resets.push(frame.reason), Promise.resolve(cursor(7)));
    const late = await all.open({ cursor: "400.ffffff", onReset });
    await receive(all, 6, 7, 8);
    await all.requests[0].answer(answer([], 7, { reset: "ahead" }));
    await all.settle();
    assert.deepEqual(resets, ["ahead"]);
    await receive(all, 9);
    assert.deepEqual(late.got, [8, 9]);
  });

  test("an answer to somebody else signs it out", async () => {
    const all = await liveTabs(1, { user: 1 });
    const late = await all.open({ user: 1, cursor: cursor(3) });
    await all.requests[0].answer(answer([4], 4, { user: 2 }));
    await all.settle();
    assert.equal(late.client.state, "signed-out");
    assert.deepEqual(late.got, []);
  });
});

describe("the page that leads goes", () => {
  test("the next goes on from its own cursor: nothing missing, nothing twice", async () => {
    const all = await liveTabs(5);
    await receive(all, 6, 7);
    await all.tabs[0].fire("pagehide");
    const socket = await goOn(all);
    assert.equal(socket.after, cursor(7));
    await receive(all, 7, 8, 9);
    for (const { got } of all.tabs.slice(1)) assert.deepEqual(got, [6, 7, 8, 9]);
    assert.deepEqual(all.tabs[0].got, [6, 7]);
    assert.equal(all.requests.length, 0);
  });

  test("one by one, down to the last", async () => {
    const all = await liveTabs(4);
    let seq = 5;
    for (const { client } of all.tabs.slice(0, 3)) {
      await receive(all, ++seq, ++seq);
      client.close();
      assert.equal(client.state, "closed");
      await goOn(all);
    }
    await receive(all, ++seq);
    assert.deepEqual(all.tabs[3].got, seqs(6, seq));
  });

  test("out of the back/forward cache it joins again, and gets what it missed", async () => {
    const all = await liveTabs(2);
    await all.tabs[0].fire("pagehide");
    await goOn(all);
    await receive(all, 6, 7);
    await all.tabs[0].fire("pageshow");
    await receive(all, 8);
    assert.equal(all.connected().length, 1);
    for (const { got } of all.tabs) assert.deepEqual(got, [6, 7, 8]);
    assert.equal(all.tabs[0].client.state, "live");
  });

  test("while a page still catches up, it goes on from where that one is", async () => {
    const all = await liveTabs(1);
    await receive(all, 6, 7);
    const late = await all.open({ cursor: cursor(3) });
    await all.tabs[0].fire("pagehide");
    const socket = await goOn(all);
    assert.equal(socket.after, cursor(3));
    await all.requests[0].answer(answer([4, 5, 6, 7]));
    await receive(all, ...seqs(4, 8));
    assert.deepEqual(late.got, seqs(4, 8));
  });

  test("silent for 25 s and without an answer: the lead is taken from it", async () => {
    const all = await liveTabs(2);
    await receive(all, 6);
    const [first, second] = all.tabs;
    first.page.frozen = true;
    await all.clock.pass(24_000);
    assert.equal(all.sockets.length, 1);
    await all.clock.pass(5_000);
    const socket = await goOn(all);
    assert.equal(socket.after, cursor(6));
    assert.deepEqual([first.client.leads, second.client.leads], [false, true]);
    first.page.frozen = false;
    await receive(all, 7);
    assert.deepEqual(second.got, [6, 7]);
  });

  test("alive, though its timers are slow: it answers and keeps the lead", async () => {
    const all = await liveTabs(3);
    all.tabs[0].page.slow = true;
    await all.clock.pass(200_000);
    assert.ok(all.tabs[0].client.leads);
    assert.equal(all.sockets.length, 1);
  });
});

describe("polling", () => {
  const polling = async () => {
    const all = fakeTabs();
    const options = { transports: ["poll"], user: 1 };
    await all.open(options);
    await all.requests[0].answer(answer([], 5, { user: 1, client: "ab" }));
    await all.open(options);
    await all.open(options);
    return all;
  };

  test("a hidden page hands over to one that is looked at", async () => {
    const all = await polling();
    await all.tabs[1].look(true);
    await all.tabs[0].look(true);
    assert.deepEqual(all.tabs.map(({ client }) => client.leads), [false, false, true]);
    assert.equal(all.requests.filter(({ done }) => !done).length, 1);
    assert.equal(all.requests.at(-1).after, cursor(5));
  });

  test("or to the first that comes into view", async () => {
    const all = await polling();
    for (const tab of all.tabs.toReversed()) await tab.look(true);
    assert.ok(all.tabs[0].client.leads);
    await all.tabs[1].look(false);
    assert.deepEqual(all.tabs.map(({ client }) => client.leads), [false, true, false]);
  });

  test("what another page did is asked for at once", async () => {
    const all = await polling();
    const before = all.requests.length;
    const doing = all.tabs[1].client.send("read", { ids: [1] });
    await all.requests.at(-1).answer({ ok: true });
    await doing;
    await all.settle();
    assert.equal(all.requests.length, before + 2);
  });
});

describe("a reset", () => {
  test("reaches all pages; each goes on from its own snapshot", async () => {
    const all = fakeTabs();
    const snapshots = [20, 18, 22];
    for (const at of snapshots) await all.open({ onReset: async () => cursor(at) });
    all.sockets[0].ready(cursor(5));
    await receive(all, 6);
    all.sockets[0].receive({ control: "reset", reason: "too_old", cursor: cursor(17) });
    await all.clock.pass(1);
    await all.settle();
    await all.clock.pass(1);
    const socket = await goOn(all);
    assert.equal(socket.after, cursor(20));
    // One stands before, one behind: the server is asked about both.
    for (const { after, answer: give } of all.requests.map((one) => ({ after: one.after, answer: one }))) {
      await give.answer(after === cursor(18) ? answer([19, 20]) : answer([], 22));
    }
    await receive(all, 21, 22, 23);
    assert.deepEqual(all.tabs[0].got, [6, 21, 22, 23]);
    assert.deepEqual(all.tabs[1].got, [6, 19, 20, 21, 22, 23]);
    assert.deepEqual(all.tabs[2].got, [6, 23]);
  });

  test("a snapshot that fails is tried again", async () => {
    const all = await liveTabs(1, { onReset: async () => cursor(9) });
    let tries = 0;
    const onReset = async () => {
      if (!tries++) throw new Error("not now");
      return cursor(9);
    };
    const second = await all.open({ onReset });
    all.sockets[0].receive({ control: "reset", reason: "topics", cursor: cursor(9) });
    await all.clock.pass(2_000);
    await goOn(all);
    await receive(all, 10);
    assert.equal(tries, 2);
    assert.deepEqual(second.got, [10]);
  });
});
