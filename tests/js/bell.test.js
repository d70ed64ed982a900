/** A bell with a connection of its own: it goes on from its cursor, or from a snapshot. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { State } from "../../static/noticeboard/bell/state.js";
import { cursor, fakeBrowser, settled } from "./support/browser.js";

const URLS = { ws: "/ws/", sse: "/events/", inbox: "/api/inbox/", unread: "/api/unread/" };

const snapshot = (seq, more) => ({
  cursor: cursor(seq),
  items: [],
  more: false,
  unread: 0,
  unread_ids: [],
  read_to: 0,
  seen_to: 0,
  wake_at: null,
  server_time: "2026-11-21T10:00:00.000Z",
  user: { id: 1, name: "Alice" },
  ...more,
});

const created = (seq) => ({
  cursor: cursor(seq),
  type: "notification.created",
  time: "2026-11-21T10:00:00.000Z",
  data: { id: seq, title: `Number ${seq}`, text: "", level: "info", inbox: true, position: null },
});

const opened = [];

/** A bell in a browser without locks, with what it opened. */
async function bell() {
  const browser = fakeBrowser();
  const config = { snapshot: snapshot(5), limit: 8, number: 0, user: 1, urls: URLS };
  const state = new State(config, { ...browser.env, locks: undefined });
  opened.push(state);
  await settled();
  return { ...browser, state };
}

const seqs = (sources) => sources.map(({ after }) => Number.parseInt(after, 10));

test.afterEach(() => opened.splice(0).forEach((state) => state.close()));

test("it goes on from its cursor, and counts each event once", async () => {
  const { state, sources, clock } = await bell();
  sources[0].ready(cursor(5));
  for (const seq of [6, 6, 7]) sources[0].receive(created(seq));
  assert.equal(state.store.unread(), 2);
  assert.equal(state.state, "live");
  sources[0].drop();
  assert.equal(state.state, "reconnecting");
  await clock.pass(30_000);
  assert.deepEqual(seqs(sources).slice(0, 2), [5, 7]);
});

test("after a reset it goes on from a snapshot", async () => {
  const { state, sources, requests } = await bell();
  sources[0].ready(cursor(5));
  sources[0].receive(created(6));
  sources[0].emit("stream-reset", { reason: "too_old", cursor: cursor(3) }, cursor(3));
  await settled();
  assert.equal(requests[0].url.pathname, "/api/inbox/");
  await requests[0].answer(snapshot(3));
  assert.equal(state.store.unread(), 0);
  assert.deepEqual(seqs(sources), [5, 3]);
  assert.equal(sources[0].closed, true);
});

test("where no stream can be had, it takes a snapshot at each attempt", async () => {
  const { state, sources, requests, clock } = await bell();
  sources[0].drop();
  await settled();
  await requests[0].answer(snapshot(9, { unread: 3, unread_ids: [7, 8, 9], more: true }));
  assert.equal(state.store.unread(), 3);
  await clock.pass(30_000);
  assert.deepEqual(seqs(sources).slice(0, 2), [5, 9]);
});

test("a stream that is somebody else's signs it out", async () => {
  const { state, sources } = await bell();
  sources[0].emit("stream-open", { cursor: cursor(5), client: "c1", user: null });
  assert.equal(state.over, true);
  assert.equal(sources[0].closed, true);
});

test("a session that has ended signs it out", async () => {
  const { state, requests } = await bell();
  const loading = state.load().catch(() => undefined);
  await requests[0].answer({ error: { code: "signed_out" } }, { status: 401 });
  await loading;
  assert.equal(state.over, true);
});

test("beyond what the store counts it asks for the true number, once for many", async () => {
  const { state, sources, requests, clock } = await bell();
  sources[0].ready(cursor(5));
  for (let seq = 6; seq < 130; seq++) sources[0].receive(created(seq));
  assert.equal(state.number, 100);
  await clock.pass(6_000);
  const asked = requests.filter(({ url }) => url.pathname === "/api/unread/");
  assert.equal(asked.length, 1);
  await asked[0].answer({ unread: 124 });
  assert.equal(state.number, 124);
});
