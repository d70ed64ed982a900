import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Backoff } from "../../static/noticeboard/client/backoff.js";
import { position } from "../../static/noticeboard/client/cursor.js";
import { Ladder, ORDER } from "../../static/noticeboard/client/ladder.js";

describe("backoff", () => {
  test("it doubles from half a second to twenty", () => {
    const backoff = new Backoff({ random: () => 1 });
    const delays = Array.from({ length: 8 }, () => backoff.next());
    assert.deepEqual(delays, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
    backoff.reset();
    assert.equal(backoff.next(), 500);
  });

  test("it is fully jittered: a thousand pages come back spread over the whole time", () => {
    const arrivals = Array.from({ length: 1_000 }, () => {
      const backoff = new Backoff();
      for (let attempt = 0; attempt < 4; attempt++) backoff.next();
      return backoff.next();
    });
    for (let second = 0; second < 8; second++) {
      const here = arrivals.filter((ms) => Math.floor(ms / 1_000) === second).length;
      assert.ok(here > 60 && here < 200, `${here} in second ${second}`);
    }
  });
});

describe("cursor", () => {
  test("its position is the number before its dot", () => {
    assert.equal(position("41.7f3a9c"), 41);
    assert.equal(position("0.1a2b3c"), 0);
    assert.equal(position(""), -1);
    assert.equal(position(undefined), -1);
  });
});

describe("ladder", () => {
  const ladder = () => new Ladder(ORDER, { now: () => 0 });

  test("it goes down rung by rung and starts again at the top", () => {
    const rungs = ladder();
    const seen = [rungs.current];
    while (!rungs.down()) seen.push(rungs.current);
    assert.deepEqual(seen, ORDER);
    assert.equal(rungs.current, "websocket");
  });

  test("one that was never ready falls at the first failure, one that was at the second", () => {
    const rungs = ladder();
    assert.equal(rungs.strike(), true);
    rungs.down();
    rungs.won();
    assert.equal(rungs.strike(), false);
    assert.equal(rungs.strike(), true);
  });

  test("health forgives", () => {
    const rungs = ladder();
    rungs.won();
    rungs.strike();
    rungs.forgive();
    assert.equal(rungs.strike(), false);
  });

  test("better ones are those above", () => {
    const rungs = ladder();
    assert.deepEqual(rungs.better, []);
    rungs.down();
    rungs.down();
    assert.deepEqual(rungs.better, ["websocket", "sse"]);
    rungs.use("longpoll");
    assert.deepEqual(rungs.better, []);
  });

  test("a memory that is not ours is no memory", () => {
    for (const stored of ["{", "null", '"sse"', '{"name": "pigeon", "until": 9e15}', "[]"]) {
      const storage = { getItem: () => stored };
      assert.equal(new Ladder(ORDER, { now: () => 0, storage }).current, "websocket", stored);
    }
  });
});
