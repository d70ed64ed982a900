import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { badge, createInbox } from "../../static/noticeboard/inbox.js";
import { Board } from "./support/board.js";
import { Clock, event } from "./support/browser.js";

/** A store of a board on which `count` notifications stand. */
function open(count = 0, filter = {}, user) {
  const clock = new Clock();
  const board = new Board(clock, user);
  for (let i = 0; i < count; i++) board.publish();
  const snapshot = board.snapshot({ limit: 25, ...filter });
  const store = createInbox(snapshot, { now: clock.now, ...filter });
  return { clock, board, store, ids: () => store.items().map(({ id }) => id) };
}

describe("what is shown", () => {
  test("a new notification stands on top and is unread", () => {
    const { board, store, ids } = open(2);
    assert.deepEqual(store.apply(board.publish()), { resync: false });
    assert.deepEqual(ids(), [3, 2, 1]);
    assert.equal(store.items()[0].position, 3);
    assert.equal(store.items()[0].unread, true);
    assert.equal(store.unread(), 3);
  });

  test("a quiet room's post is not", () => {
    const { board, store } = open(1);
    store.apply(board.publish({ inbox: false }));
    assert.equal(store.items().length, 1);
    assert.equal(store.unread(), 1);
  });

  test("done, snoozed and retracted ones go, and come back as they were", () => {
    const { board, store, ids } = open(4);
    store.apply(board.done([4]));
    store.apply(board.snooze([3], 60_000));
    store.apply(board.retract(2));
    assert.deepEqual(ids(), [1]);
    assert.equal(store.unread(), 1);
    store.apply(board.undone([4]));
    store.apply(board.unsnooze([3]));
    assert.deepEqual(ids(), [4, 3, 1]);
    assert.equal(store.unread(), 3);
  });

  test("an edit changes the words and neither the place nor the receipt", () => {
    const { board, store } = open(2);
    store.apply(board.read([1]));
    store.apply(board.edit(1, { title: "Corrected" }));
    const [, item] = store.items();
    assert.deepEqual([item.title, item.position, item.unread], ["Corrected", 1, false]);
  });

  test("an expired one leaves the list and the count by itself", () => {
    const { board, clock, store } = open(1);
    store.apply(board.publish({ expires: 5_000 }));
    assert.equal(store.nextChange(), clock.now() + 5_000);
    clock.time += 5_000;
    assert.equal(store.unread(), 1);
    assert.equal(store.items().length, 1);
    assert.equal(store.nextChange(), null);
  });

  test("a snooze ends by itself, unread", () => {
    const { board, clock, store } = open(1);
    store.apply(board.read([1]));
    store.apply(board.snooze([1], 60_000));
    assert.equal(store.items().length, 0);
    clock.time += 60_000;
    assert.equal(store.items()[0].unread, true);
  });

  test("a page whose clock is an hour off computes with the server's", () => {
    const clock = new Clock();
    const board = new Board(clock);
    board.publish({ expires: 5_000 });
    const store = createInbox(board.snapshot(), { now: () => clock.now() + 3_600_000 });
    assert.equal(store.items().length, 1);
    clock.time += 5_001;
    assert.equal(store.items().length, 0);
  });

  test("a visitor has nothing unread", () => {
    const { board, store } = open(1, {}, null);
    store.apply(board.publish());
    assert.equal(store.unread(), 0);
    assert.equal(store.items()[0].unread, false);
  });

  test("a level filter shows its level and counts all", () => {
    const { board, store, ids } = open(0, { levels: ["critical"] });
    store.apply(board.publish());
    store.apply(board.publish({ level: "critical" }));
    assert.deepEqual(ids(), [2]);
    assert.equal(store.unread(), 2);
  });

  test("in a topic's view, its own are shown and others are for the server to say", () => {
    const { board, store, ids } = open(0, { topic: "room.ops" });
    assert.equal(store.apply({ ...board.publish(), topic: "room.ops" }).resync, false);
    assert.equal(store.apply(board.publish()).resync, true);
    assert.deepEqual(ids(), [1]);
    assert.equal(store.unread(), 2);
  });

  test("so is all that a search may find or lose", () => {
    const { board, store } = open(1, { q: "notification" });
    assert.equal(store.apply(board.publish()).resync, true);
    assert.equal(store.apply(board.edit(1, { title: "Other" })).resync, true);
  });
});

describe("the count", () => {
  test("99 is a number, 100 is many", () => {
    assert.deepEqual([0, 99, 100].map(badge), ["0", "99", "99+"]);
  });

  test("it counts those that are not loaded, and loses them by their receipts", () => {
    const { board, store } = open(60);
    assert.equal(store.unread(), 60);
    assert.equal(store.items().length, 25);
    assert.equal(store.apply(board.read([5, 6])).resync, false);
    assert.equal(store.unread(), 58);
  });

  test("all read is one event and needs no snapshot, however many they were", () => {
    const { board, store } = open(180);
    assert.equal(store.unread(), 100);
    for (const event of board.readAll(board.head)) assert.equal(store.apply(event).resync, false);
    assert.equal(store.unread(), 0);
  });

  test("where some were not counted, one that was read leaves it open", () => {
    const { board, store } = open(180);
    assert.equal(store.apply(board.read([180])).resync, true);
    store.replace(board.snapshot());
    assert.equal(store.unread(), 100);
  });
});

describe("snapshots", () => {
  test("events that a snapshot contains are not applied again", () => {
    const { board, store } = open(1);
    const published = board.publish();
    store.replace(board.snapshot());
    let calls = 0;
    store.subscribe(() => calls++);
    assert.deepEqual(store.apply(published), { resync: false });
    assert.equal(calls, 0);
    assert.equal(store.unread(), 2);
  });

  test("events that came while it was on its way are not lost", () => {
    const { board, store, ids } = open(1);
    const snapshot = board.snapshot();
    store.apply(board.publish());
    store.apply(board.done([1]));
    assert.equal(store.replace(snapshot).resync, false);
    assert.deepEqual(ids(), [2]);
    assert.equal(store.state.cursor, board.snapshot().cursor);
  });

  test("after a reset nothing of the old log is", () => {
    const { board, store, ids } = open(1);
    store.apply(board.publish());
    const other = open(0).board;
    store.replace(other.snapshot(), { restart: true });
    assert.deepEqual(ids(), []);
    other.publish();
    store.apply(event(2, "order.changed"));
    assert.equal(store.apply(other.publish()).resync, false);
  });

  test("one that was on its way for too long asks for another", () => {
    const { board, store } = open(1);
    const snapshot = board.snapshot();
    for (let i = 0; i < 501; i++) store.apply(board.publish({ inbox: false }));
    assert.equal(store.replace(snapshot).resync, true);
    assert.equal(store.replace(board.snapshot()).resync, false);
  });

  test("an older page goes below, and what happened meanwhile on it", () => {
    const { board, store, ids } = open(30);
    const page = board.snapshot({ before: store.state.floor, limit: 25 });
    store.apply(board.done([2]));
    store.apply(board.publish());
    assert.equal(store.more, true);
    store.append(page);
    assert.equal(store.more, false);
    assert.equal(ids().length, 30);
    assert.equal(ids().includes(2), false);
  });

  test("a list that has run empty above older ones asks for them", () => {
    const { board, store, ids } = open(30);
    const { resync } = store.apply(board.done(ids()));
    assert.equal(resync, true);
  });

  test("a page open for weeks keeps what it can show, and stays right about the rest", () => {
    const { board, store } = open(3);
    for (let i = 0; i < 600; i++) store.apply(board.publish());
    assert.equal(store.items().length, 500);
    assert.equal(store.more, true);
    assert.equal(store.unread(), 100);
    for (const event of board.readAll(board.head)) store.apply(event);
    assert.equal(store.unread(), 0);
  });

  test("unknown event types pass by", () => {
    const { store } = open(1);
    assert.deepEqual(store.apply(event(2)), { resync: false });
    assert.equal(store.state.cursor, event(2).cursor);
  });
});

describe("an action before its confirmation", () => {
  const cases = [
    ["read", { unread: false }],
    ["done", undefined],
    ["snooze", undefined, { until: "2026-11-22T10:00:00Z" }],
    ["acknowledge", { unread: false }],
  ];
  for (const [action, expected, more] of cases) {
    test(`${action} shows at once and can be taken back`, () => {
      const { store } = open(2);
      const before = store.items();
      const undo = store.perform(action, [1, 77], more);
      const item = store.items().find(({ id }) => id === 1);
      assert.equal(item?.unread, expected?.unread);
      assert.equal(store.unread(), 1);
      undo();
      assert.deepEqual(store.items(), before);
      assert.equal(store.unread(), 2);
    });
  }

  test("undone, unsnooze and unread bring it back as it stood", () => {
    const { store } = open(1);
    for (const [there, back] of [["done", "undone"], ["snooze", "unsnooze"], ["read", "unread"]]) {
      store.perform(there, [1], { until: "2026-11-22T10:00:00Z" });
      store.perform(back, [1]);
      assert.equal(store.unread(), 1, back);
    }
  });

  test("the server's word replaces it, and then it cannot be taken back", () => {
    const { board, store } = open(1);
    const undo = store.perform("done", [1]);
    store.apply(board.read([1]));
    assert.equal(store.items().length, 1);
    undo();
    assert.equal(store.unread(), 0);
  });

  test("all read, up to what was seen, and back", () => {
    const { board, store } = open(60);
    const at = store.state.cursor;
    store.apply(board.publish());
    const undo = store.perform("read_all", [], { at });
    assert.equal(store.unread(), 1);
    undo();
    assert.equal(store.unread(), 61);
    store.perform("read_all", [], { at });
    for (const event of board.readAll(60)) store.apply(event);
    assert.equal(store.unread(), 1);
  });
});

describe("subscribers", () => {
  test("they are called after each change until they leave", () => {
    const { board, store } = open(1);
    const counts = [];
    const leave = store.subscribe((each) => counts.push(each.unread()));
    store.apply(board.publish());
    store.perform("read", [1])();
    leave();
    store.apply(board.publish());
    assert.deepEqual(counts, [2, 1, 2]);
  });
});
