/** When notifications are too many to be shown one by one. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Storm } from "../../static/noticeboard/views/apart/storm.js";

const counts = (...times) => {
  const storm = new Storm();
  return times.map((seconds) => storm.count(1_000 * seconds));
};

describe("storm", () => {
  test("the seventh within ten seconds begins it, and each is counted from then on", () => {
    assert.deepEqual(counts(0, 1, 2, 3, 4, 5, 6, 7, 20), [0, 0, 0, 0, 0, 0, 7, 8, 9]);
  });

  test("six within ten seconds, again and again, are none until they are thirty-one", () => {
    const bursts = Array.from({ length: 6 }, (_, burst) => [0, 1, 2, 3, 4, 5].map((n) => 20 * burst + n));
    const found = counts(...bursts.flat());
    assert.deepEqual(found.slice(0, 30), Array(30).fill(0));
    assert.equal(found[30], 31);
  });

  test("fifteen quiet seconds end it, and what was before counts no longer", () => {
    assert.deepEqual(counts(0, 1, 2, 3, 4, 5, 6, 21, 22), [0, 0, 0, 0, 0, 0, 7, 0, 0]);
  });

  test("without fifteen quiet seconds it goes on", () => {
    assert.equal(counts(0, 1, 2, 3, 4, 5, 6, 20.9).at(-1), 8);
  });
});
