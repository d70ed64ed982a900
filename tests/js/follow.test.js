import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { follow } from "../../static/noticeboard/client/follow.js";
import { createInbox } from "../../static/noticeboard/inbox.js";
import { Board } from "./support/board.js";
import { fakeBrowser, settled } from "./support/browser.js";

/** A page that follows a board of `count` notifications, live. */
async function open(count = 3, options = {}) {
  const browser = fakeBrowser();
  const board = new Board(browser.clock);
  for (let i = 0; i < count; i++) board.publish();
  const store = createInbox(board.snapshot({ limit: 25 }), { now: browser.clock.now });
  const page = { url: "/api/inbox/?view=inbox" };
  const client = follow(store, { snapshotUrl: () => page.url, env: browser.env, ...options });
  browser.sockets[0].ready(board.snapshot().cursor);
  const [socket] = browser.sockets;
  return { ...browser, board, store, client, page, socket };
}

describe("following", () => {
  test("events go into the store, and to the page when they are in it", async () => {
    const counts = [];
    const all = await open(1, { onEvent: () => counts.push(all.store.unread()) });
    all.socket.receive(all.board.publish());
    assert.deepEqual(counts, [2]);
  });

  test("it starts where the snapshot of the page stands", async () => {
    const { socket, store } = await open();
    assert.equal(socket.after, store.state.cursor);
  });

  test("what the store cannot know it asks the server, once at a time", async () => {
    const { socket, board, store, requests } = await open(30);
    socket.receive(board.unread([1]));
    socket.receive(board.done([1]));
    socket.receive(board.undone([1]));
    await settled();
    assert.equal(requests.length, 1);
    assert.equal(requests[0].url.href, "https://board.test/api/inbox/?view=inbox");
    await requests[0].answer(board.snapshot({ limit: 25 }));
    assert.equal(requests.length, 1);
    assert.equal(store.unread(), 30);
  });

  test("it asks for as many as are loaded", async () => {
    const { socket, board, store, requests } = await open(80);
    store.append(board.snapshot({ before: store.state.floor, limit: 25 }));
    socket.receive(board.done([2]));
    socket.receive(board.undone([2]));
    await settled();
    assert.equal(requests[0].url.searchParams.get("limit"), "50");
  });

  test("it tries again, and says so, when there is no answer", async () => {
    const errors = [];
    const { clock, socket, board, requests } = await open(30, {
      onError: ({ code }) => errors.push(code),
    });
    socket.receive(board.done([1]));
    socket.receive(board.undone([1]));
    await settled();
    await requests[0].fail();
    await clock.pass(500);
    await requests[1].answer({}, { status: 503, headers: { "Retry-After": "5" } });
    await clock.pass(4_999);
    assert.equal(requests.length, 2);
    await clock.pass(1_000);
    await requests[2].answer(board.snapshot({ limit: 25 }));
    await clock.pass(10_000);
    assert.equal(requests.length, 3);
    assert.deepEqual(errors, ["unreachable", "http_503"]);
  });

  test("an answer for a view that was left meanwhile is thrown away", async () => {
    const { clock, socket, board, store, page, requests } = await open(30);
    socket.receive(board.done([1]));
    socket.receive(board.undone([1]));
    await settled();
    page.url = "/api/inbox/?view=done&level=critical&level=info";
    await requests[0].answer(board.snapshot());
    assert.equal(store.items().length, 25);
    await clock.pass(1_000);
    await requests[1].answer(board.snapshot({ view: "done", levels: ["critical", "info"] }));
    assert.equal(store.items().length, 0);
    socket.receive(board.done([30]));
    await settled();
    await requests[2].answer(board.snapshot({ view: "done", levels: ["critical", "info"] }));
    assert.deepEqual(store.items().map(({ id }) => id), [30]);
  });

  test("a refresh by hand resolves when it is in the store, rejects when it failed", async () => {
    const { client, board, store, requests } = await open(1);
    board.publish();
    const done = client.refresh();
    await requests[0].answer(board.snapshot());
    await done;
    assert.equal(store.unread(), 2);
    const failed = assert.rejects(client.refresh(), { code: "unreachable" });
    await requests[1].fail();
    await failed;
  });

  test("a reset takes a snapshot, tells the page, and goes on from there", async () => {
    const seen = [];
    const all = await open(1, { onReset: ({ reason }) => seen.push(reason, all.store.unread()) });
    const { board, socket, sockets, requests, clock } = all;
    board.publish();
    board.publish();
    socket.receive({ control: "reset", reason: "too_old", cursor: board.snapshot().cursor });
    await settled();
    await requests[0].answer(board.snapshot());
    await clock.pass(0);
    assert.deepEqual(seen, ["too_old", 3]);
    assert.equal(sockets[1].after, board.snapshot().cursor);
  });

  test("a snapshot refused for a sign-out ends it", async () => {
    const { board, client, clock, socket, sockets, requests } = await open(1);
    socket.receive({ control: "reset", reason: "too_old", cursor: board.snapshot().cursor });
    await settled();
    await requests[0].answer({ error: { code: "signed_out" } }, { status: 401 });
    await clock.pass(60_000);
    assert.equal(client.state, "signed-out");
    assert.deepEqual([sockets.length, requests.length], [1, 1]);
  });

  test("the clock's changes come without an event", async () => {
    const { board, clock, socket, store, requests } = await open(0);
    socket.receive(board.publish({ expires: 30_000 }));
    const counts = [];
    store.subscribe(() => counts.push(store.unread()));
    await clock.pass(30_010);
    assert.deepEqual(counts, [0]);
    assert.equal(requests.length, 0);
  });

  test("the end of a snooze of one that is not loaded takes a snapshot", async () => {
    const { board, clock, socket, requests } = await open(30);
    socket.receive(board.snooze([1], 15_000));
    await clock.pass(15_010);
    assert.equal(requests.length, 1);
    await requests[0].answer(board.snapshot({ limit: 25 }));
    await clock.pass(10_000);
    assert.equal(requests.length, 1);
  });

  test("closed is closed", async () => {
    const { client, clock, board, socket, requests, sockets } = await open(30);
    socket.receive(board.done([1]));
    socket.receive(board.undone([1]));
    await settled();
    client.close();
    await requests[0].fail();
    await clock.pass(600_000);
    assert.deepEqual([requests.length, sockets.length], [1, 1]);
  });
});
