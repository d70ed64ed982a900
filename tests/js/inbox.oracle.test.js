/** snapshot + events = snapshot, for a thousand lives of an inbox. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { createInbox } from "../../static/noticeboard/inbox.js";
import { Board } from "./support/board.js";
import { Clock } from "./support/browser.js";

const VIEWS = ["inbox", "unread", "snoozed", "done", "expired"];
const LEVELS = ["info", "critical"];

/** Seeded numbers, so that a failure can be run again (mulberry32). */
function numbers(seed) {
  const random = () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n) => Math.floor(random() * n);
  const one = (list) => list[below(list.length)];
  return { random, below, one };
}

/** The next thing that happens: the events of it. */
function happen(board, { below, one }, clock) {
  const ids = [...board.rows.keys()];
  const row = (id) => board.rows.get(id);
  const some = () => [...new Set([one(ids), one(ids), one(ids)])].slice(0, 1 + below(3));
  const soon = () => 1_000 * (1 + below(60));
  const alive = (id) => !(Date.parse(row(id).item.expires_at ?? "") <= clock.now());
  const publish = () => {
    const level = one(LEVELS);
    return board.publish({ level, inbox: below(8) > 0, expires: below(4) ? null : soon() });
  };
  if (!ids.length || below(3) === 0) return [publish()];
  const acts = [
    () => board.read(some()),
    () => board.unread(some()),
    () => board.done(some()),
    () => board.undone(some()),
    () => {
      const chosen = some().filter(alive); // one that has ended cannot be snoozed
      return chosen.length ? board.snooze(chosen, soon()) : [];
    },
    () => board.unsnooze(some()),
    () => board.acknowledge(some()),
    () => board.retract(one(ids)),
    () => board.widen(one(ids)),
    () => {
      const id = one(ids);
      const expires_at = below(2) ? null : new Date(clock.now() + soon()).toISOString();
      if (!alive(id)) return [];
      return board.edit(id, { title: `Edited ${board.head}`, level: one(LEVELS), expires_at });
    },
    () => board.readAll(one([board.head, row(one(ids)).position, below(board.head)])),
  ];
  return [one(acts)()].flat();
}

function check(store, board, filter, life) {
  const fresh = board.snapshot({ ...filter, limit: Infinity });
  const loaded = fresh.items.filter(({ position }) => position >= store.state.floor);
  const items = store.items().map(({ unread: _, ...item }) => item);
  assert.deepEqual(items, loaded, life);
  assert.equal(store.unread(), fresh.unread, life);
  assert.equal(store.state.read_to, fresh.read_to, life);
  assert.ok(store.more || loaded.length === fresh.items.length, life);
  const unread = new Set(fresh.unread_ids);
  for (const item of fresh.unread < 100 ? store.items() : []) {
    assert.equal(item.unread, unread.has(item.id), life);
  }
}

async function live(seed, { before, steps }) {
  const dice = numbers(seed);
  const clock = new Clock();
  const board = new Board(clock);
  for (let i = 0; i < before; i++) board.publish({ level: dice.one(LEVELS) });
  const filter = { view: dice.one(VIEWS), levels: dice.below(3) ? [] : ["critical"] };
  const store = createInbox(board.snapshot(filter), { now: clock.now, ...filter });
  let asked;
  let wrong = 0;

  for (let step = 0; step < steps; step++) {
    const life = `seed ${seed}, step ${step}, ${JSON.stringify(filter)}`;
    let resync = false;
    if (dice.below(6) === 0) {
      clock.time += 1_000 * dice.below(20);
      resync = store.tick().resync;
    }
    if (dice.below(10) === 0 && store.more) {
      const page = board.snapshot({ ...filter, before: store.state.floor });
      for (const event of happen(board, dice, clock)) resync = store.apply(event).resync || resync;
      resync = store.append(page).resync || resync;
    }
    for (const event of happen(board, dice, clock)) resync = store.apply(event).resync || resync;

    // A snapshot that was asked for arrives some events later.
    if (resync) wrong += 1;
    if (resync) asked ??= board.snapshot(filter);
    if (asked && dice.below(3) === 0) {
      ({ resync } = store.replace(asked));
      asked = undefined;
      if (resync) ({ resync } = store.replace(board.snapshot(filter)));
      assert.equal(resync, false, `a fresh snapshot must do; ${life}`);
    }
    if (!asked) check(store, board, filter, life);
  }
  return wrong / steps;
}

test("a short inbox stays what the server would answer", async () => {
  for (let seed = 1; seed <= 300; seed++) await live(seed, { before: seed % 12, steps: 60 });
});

test("an inbox with more unread than are counted does too", async () => {
  for (let seed = 1001; seed <= 1040; seed++) {
    await live(seed, { before: 80 + (seed % 40), steps: 120 });
  }
});
