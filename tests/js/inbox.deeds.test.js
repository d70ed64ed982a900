/** The keys of the inbox, what takes an action back, and what waits for the network. */
import assert from "node:assert/strict";
import { beforeEach, suite, test } from "node:test";

import { createInbox } from "../../static/noticeboard/inbox.js";
import { Keys } from "../../static/noticeboard/inbox/keys.js";
import { keeping } from "../../static/noticeboard/inbox/later/kept.js";
import { opposite, said } from "../../static/noticeboard/inbox/later/opposites.js";

/** What was pressed, on something that is within what `selectors` name. */
function press(key, { within = [], ...more } = {}) {
  const target = { closest: (selector) => (within.some((name) => selector.includes(name)) ? target : null) };
  return { key, target, timeStamp: 0, ...more };
}

suite("keys", () => {
  let keys;

  beforeEach(() => {
    globalThis.document = { querySelector: () => null, documentElement: { lang: "en" } };
    keys = new Keys();
  });

  test("a letter stands for what it says, a capital for another thing", () => {
    assert.equal(keys.wish(press("e"), true), "done");
    assert.equal(keys.wish(press("x"), true), "select");
    assert.equal(keys.wish(press("X"), true), "range");
    assert.equal(keys.wish(press("I"), true), "read");
    assert.equal(keys.wish(press("i"), true), undefined);
  });

  test("g and a letter soon after it is a place", () => {
    assert.equal(keys.wish(press("g", { timeStamp: 100 }), true), undefined);
    assert.equal(keys.wish(press("p", { timeStamp: 900 }), true), "goPreferences");
    assert.equal(keys.wish(press("p", { timeStamp: 950 }), true), "pause");
    keys.wish(press("g", { timeStamp: 1_000 }), true);
    assert.equal(keys.wish(press("p", { timeStamp: 9_000 }), true), "pause");
  });

  test("nothing happens while one types, composes, or holds another key", () => {
    for (const more of [{ within: ["input"] }, { isComposing: true }, { ctrlKey: true }, { altKey: true }, { metaKey: true }]) {
      assert.equal(keys.wish(press("e", more), true), undefined);
    }
    globalThis.document.querySelector = () => ({});
    assert.equal(keys.wish(press("e"), true), undefined);
  });

  test("without letters those keys work that a list has anyway", () => {
    const within = ["article"];
    assert.equal(keys.wish(press("e"), false), undefined);
    assert.equal(keys.wish(press("PageDown", { within }), false), "next");
    assert.equal(keys.wish(press("PageDown"), false), undefined);
    assert.equal(keys.wish(press("End", { within, ctrlKey: true }), false), "after");
    assert.equal(keys.wish(press("Enter", { within }), false), "open");
    assert.equal(keys.wish(press("Escape"), false), "escape");
  });
});

suite("what takes an action back", () => {
  const before = [
    { id: 1, unread: true },
    { id: 2, unread: false, receipt: { snoozed_until: "2030-01-01T09:00:00.000Z" } },
  ];

  test("only what it has changed", () => {
    assert.deepEqual(opposite({ action: "read" }, before), [{ action: "unread", ids: [1] }]);
    assert.deepEqual(opposite({ action: "unread" }, before), [{ action: "read", ids: [2] }]);
    assert.deepEqual(opposite({ action: "done" }, before), [{ action: "undone", ids: [1, 2] }]);
    assert.deepEqual(opposite({ action: "snooze" }, before), [{ action: "unsnooze", ids: [1, 2] }]);
    assert.deepEqual(opposite({ action: "unsnooze" }, [before[1]]), [
      { action: "snooze", ids: [2], until: "2030-01-01T09:00:00.000Z" },
    ]);
  });

  test("nothing where it cannot be known, or where it was a promise", () => {
    assert.deepEqual(opposite({ action: "acknowledge" }, before), []);
    assert.deepEqual(opposite({ action: "read_all" }, []), []);
    assert.deepEqual(opposite({ action: "read_all", filter: {} }, before), []);
    const many = Array.from({ length: 201 }, (_, id) => ({ id, unread: true }));
    assert.deepEqual(opposite({ action: "read_all" }, many), []);
  });

  test("one is told in other words than several", () => {
    assert.equal(said({ action: "done", ids: [1] }), "Marked done.");
    assert.equal(said({ action: "done", ids: [1, 2] }), "2 marked done.");
    assert.match(said({ action: "snooze", ids: [1], until: "2030-01-01T09:00:00Z" }), /^Snoozed until .+\.$/);
  });
});

test("an event of what was done before does not undo what is on its way", () => {
  const item = { id: 1, position: 5, level: "info", title: "", expires_at: null, receipt: null, inbox: true };
  const snapshot = { cursor: "5.aaaaaa", items: [item], unread: 1, unread_ids: [1], read_to: 0, seen_to: 0 };
  const store = createInbox({ ...snapshot, more: false, user: { id: 1 }, server_time: "2026-01-01T00:00:00Z" });
  const late = { seen_at: null, read_at: null, done_at: "2026-01-01T00:00:01Z", snoozed_until: null, acknowledged_at: null };
  store.perform("done", [1]);
  store.perform("undone", [1]);
  store.pending = [{ action: "undone", ids: [1] }];
  const data = { receipts: [{ id: 1, ...late, unread: false }] };
  store.apply({ type: "receipt.changed", cursor: "6.bbbbbb", time: "2026-01-01T00:00:01Z", data });
  assert.deepEqual(store.items().map(({ id }) => id), [1]);
});

suite("without a database of the browser's", () => {
  test("what waits is remembered in its order", async () => {
    const kept = await keeping(7);
    const first = await kept.add({ key: "a" });
    await kept.add({ key: "b" });
    assert.deepEqual((await kept.all()).map(({ key }) => key), ["a", "b"]);
    await kept.remove(first);
    assert.deepEqual((await kept.all()).map(({ key }) => key), ["b"]);
  });
});
