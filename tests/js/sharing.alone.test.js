/** Pages of a browser without Web Locks: each has a connection, but only three keep one open. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { cursor } from "./support/browser.js";
import { answer } from "./support/client.js";
import { fakeTabs } from "./support/tabs.js";

const MINUTE = 60_000;

/** Pages one after another, each over the first of `transports` that it is let in by. */
async function alone(count, transports) {
  const all = fakeTabs();
  for (let number = 0; number < count; number++) {
    await all.open({ transports, env: { locks: undefined } });
    if (transports[0] === "websocket") all.sockets.at(-1).ready(cursor(5));
    else all.sources.at(-1).ready(cursor(5));
    await all.clock.pass(10);
  }
  return all;
}

/** Time goes by; what is alive says so, and polls are answered. */
async function wait(all, ms) {
  for (let passed = 0; passed < ms; passed += 5_000) {
    for (const source of all.sources) if (!source.closed) source.emit("keep-alive", {}, cursor(5));
    for (const socket of all.connected()) socket.receive({ control: "heartbeat", cursor: cursor(5) });
    for (const request of all.requests) if (!request.done) await request.answer(answer([], 5));
    await all.clock.pass(5_000);
    await all.settle();
  }
}

const transports = (all) => all.tabs.map(({ client }) => client.transport);

describe("without locks", () => {
  test("of five pages on streams the first three keep them, the others poll", async () => {
    const all = await alone(5, ["sse", "poll"]);
    assert.deepEqual(transports(all), Array(5).fill("sse"));
    await wait(all, MINUTE);
    assert.deepEqual(transports(all), ["sse", "sse", "sse", "poll", "poll"]);
    assert.equal(all.sources.filter(({ closed }) => !closed).length, 3);
  });

  test("when one has gone, one that polls has its place", async () => {
    const all = await alone(4, ["sse", "poll"]);
    await wait(all, MINUTE);
    assert.equal(transports(all)[3], "poll");
    all.tabs[0].client.close();
    const before = all.sources.length;
    for (let round = 0; round < 12 && all.sources.length === before; round++) await wait(all, 5_000);
    all.sources.at(-1).ready(cursor(5));
    await all.settle();
    assert.equal(transports(all)[3], "sse");
  });

  test("sockets are no such connections, and what the reader has chosen stays", async () => {
    const sockets = await alone(5, ["websocket", "poll"]);
    await wait(sockets, MINUTE);
    assert.deepEqual(transports(sockets), Array(5).fill("websocket"));
    const streams = await alone(4, ["sse", "poll"]);
    streams.tabs[3].client.use("sse");
    streams.sources.at(-1).ready(cursor(5));
    await wait(streams, MINUTE);
    assert.equal(transports(streams)[3], "sse");
  });
});
