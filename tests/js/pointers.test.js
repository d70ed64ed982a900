/** The shared pointers without a page: who points where, and how often one's own place is told. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { Sender } from "../../static/noticeboard/pointers/sender.js";
import { GONE, Pointers, SILENT } from "../../static/noticeboard/pointers/store.js";
import { settled } from "./support/browser.js";
import { onSocket, withoutSocket } from "./support/client.js";

const ALICE = "0a1b2c3d4e5f";
const BOB = "f0e1d2c3b4a5";

const pointer = (from, x, y = 0, name = "somebody") => ({
  signal: true, type: "pointer", topic: "pointers.lab", from, data: { x, y, name },
});

/** A clock that is set by hand. */
function clocked() {
  const clock = { ms: 1_000 };
  return { clock, pointers: new Pointers(() => clock.ms) };
}

describe("pointers", () => {
  test("each page has one, at its newest place, always in the same colour", () => {
    const { pointers } = clocked();
    pointers.apply(pointer(ALICE, 0.1, 0.2, "Alice"));
    pointers.apply(pointer(BOB, 0.5));
    pointers.apply(pointer(ALICE, 0.3, 0.4, "Alice"));
    const [alice, bob] = pointers.list();
    assert.deepEqual([alice.name, alice.x, alice.y, alice.silent], ["Alice", 0.3, 0.4, false]);
    assert.equal(bob.x, 0.5);
    const again = clocked().pointers;
    again.apply(pointer(ALICE, 0));
    assert.equal(again.list()[0].tone, alice.tone);
  });

  test("one that is silent for five seconds fades, is gone soon, and may come back", () => {
    const { clock, pointers } = clocked();
    pointers.apply(pointer(ALICE, 0.1));
    clock.ms += SILENT - 1;
    assert.equal(pointers.list()[0].silent, false);
    clock.ms += 1;
    assert.equal(pointers.list()[0].silent, true);
    clock.ms += GONE - SILENT;
    assert.deepEqual(pointers.list(), []);
    pointers.apply(pointer(ALICE, 0.1));
    assert.equal(pointers.list()[0].silent, false);
  });

  test("what others send stays on the surface, and is not more than it can show", () => {
    const { pointers } = clocked();
    pointers.apply(pointer(ALICE, 1e9, -3));
    assert.deepEqual(pointers.list().map(({ x, y }) => [x, y]), [[1, 0]]);
    for (let n = 0; n < 1_000; n += 1) pointers.apply(pointer(`z${n}`, 0.5));
    assert.equal(pointers.list().length, 200);
  });

  test("the rate is that since it was last asked", () => {
    const { clock, pointers } = clocked();
    for (let n = 0; n < 120; n += 1) pointers.apply(pointer(ALICE, 0.5));
    clock.ms += 2_000;
    assert.equal(pointers.rate(), 60);
    clock.ms += 1_000;
    assert.equal(pointers.rate(), 0);
  });
});

/** A sender on a screen of so many frames a second; `run(ms)` moves a pointer with every frame. */
function screen(framesPerSecond, { socket = true, send = async () => {} } = {}) {
  const told = [];
  const asked = [];
  const rests = [];
  let now = 0;
  let frames = [];
  const sender = new Sender({
    tell: (place) => socket && told.push(place) > 0,
    send: (place) => (asked.push(place), send(place)),
    now: () => now,
    frame: (run) => frames.push(run),
    rest: async (ms) => rests.push(ms),
  });
  const frame = async () => {
    now += 1_000 / framesPerSecond;
    const due = frames;
    frames = [];
    for (const run of due) run();
    await settled();
  };
  async function run(ms) {
    for (const end = now + ms; now < end; ) {
      sender.move({ x: now });
      sender.move({ x: now + 0.5 });
      await frame();
    }
  }
  return { sender, told, asked, rests, run, frame };
}

describe("one's own pointer", () => {
  for (const rate of [60, 75, 120, 144, 240]) {
    test(`is told sixty times a second on a screen of ${rate}`, async () => {
      const { told, run } = screen(rate);
      await run(2_000);
      assert.ok(told.length <= 121 && told.length >= 116, `${told.length}`);
    });
  }

  test("is told at its newest place, and once", async () => {
    const { told, sender, frame } = screen(60);
    sender.move({ x: 1 });
    sender.move({ x: 2 });
    for (let n = 0; n < 5; n += 1) await frame();
    assert.deepEqual(told, [{ x: 2 }]);
  });

  test("waits for the answer where each place is a request", async () => {
    let answer;
    const send = () => new Promise((resolve) => (answer = resolve));
    const { asked, sender, frame } = screen(60, { socket: false, send });
    for (const x of [1, 2, 3]) {
      sender.move({ x });
      await frame();
    }
    assert.deepEqual(asked, [{ x: 1 }]);
    answer();
    await settled();
    await frame();
    assert.deepEqual(asked, [{ x: 1 }, { x: 3 }]);
  });

  test("rests when it is refused, and does not count that", async () => {
    const send = async () => {
      throw Object.assign(new Error("too_many"), { retryAfter: 3_000 });
    };
    const { sender, rests, frame } = screen(60, { socket: false, send });
    sender.move({ x: 1 });
    await frame();
    assert.deepEqual(rests, [3_000]);
    assert.equal(sender.sent, 0);
  });
});

describe("the client", () => {
  test("tells a signal over the socket without waiting for an answer", () => {
    const { client, socket } = onSocket();
    const payload = { type: "pointer", to: "pointers.lab", data: {} };
    assert.equal(client.tell(payload), true);
    assert.deepEqual(socket.sent.at(-1), { do: "signal", ...payload });
  });

  test("says so where there is no socket", () => {
    const { client, requests } = withoutSocket();
    assert.equal(client.tell({ type: "pointer" }), false);
    assert.equal(requests.length, 0);
  });
});
