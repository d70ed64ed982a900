import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { mentionAt } from "../../static/noticeboard/rooms/apart/mentions.js";
import { newKey, Outbox } from "../../static/noticeboard/rooms/outbox.js";
import { follows } from "../../static/noticeboard/rooms/post.js";
import { keepRead, readTo, unreadRoom } from "../../static/noticeboard/rooms/reading.js";
import { createRoom } from "../../static/noticeboard/rooms/store.js";
import { Clock, cursor, event, settled } from "./support/browser.js";

const TOPIC = "room.den";
const post = (id, more = {}) => ({ id, text: `post ${id}`, position: id, expires_at: null, ...more });
const snapshot = (ids, more = {}) => ({
  cursor: cursor(Math.max(0, ...ids)),
  posts: ids.map((id) => post(id)).reverse(),
  pinned: [],
  more: false,
  ...more,
});
const open = (ids, more, clock = new Clock(), last = undefined) =>
  createRoom(snapshot(ids, more), { topic: TOPIC, now: clock.now, last });
const told = (seq, type, data, topic = TOPIC) => ({ ...event(seq, type, data), topic });
const created = (seq, more) => told(seq, "notification.created", { ...post(seq, more), position: null });
const ids = (room) => room.posts().map(({ id }) => id);

describe("the posts of a room", () => {
  test("stand in the order of the log, the oldest first", () => {
    const room = open([1, 2]);
    assert.equal(room.apply(created(3)).added.id, 3);
    assert.deepEqual(ids(room), [1, 2, 3]);
    assert.equal(room.posts()[2].position, 3);
  });

  test("are those of this room, each once", () => {
    const room = open([1]);
    room.apply(told(2, "notification.created", post(2), "room.lobby"));
    room.apply(created(3));
    room.apply(created(3));
    assert.deepEqual(ids(room), [1, 3]);
  });

  test("of the snapshot are not told again by older events", () => {
    const room = open([1, 5]);
    assert.deepEqual(room.apply(created(4)), { resync: false });
    assert.deepEqual(ids(room), [1, 5]);
  });

  test("change and go", () => {
    const room = open([1, 2]);
    room.apply(told(3, "notification.updated", { ...post(1), text: "other words", position: 9 }));
    room.apply(told(4, "notification.retracted", { id: 2, reason: "retracted" }));
    assert.deepEqual(room.posts(), [{ ...post(1), text: "other words", pinned: false }]);
  });

  test("whose event was blanked are no posts", () => {
    const room = open([1]);
    room.apply(told(2, "notification.created", {}));
    assert.deepEqual(ids(room), [1]);
  });

  test("that went to several topics ask for a snapshot: which, nobody is told", () => {
    const room = open([1]);
    assert.equal(room.apply(told(2, "notification.created", post(2), null)).resync, true);
  });

  test("end at their time", () => {
    const clock = new Clock();
    const ends = new Date(clock.time + 1000).toISOString();
    const room = open([1], {}, clock);
    room.apply(created(2, { expires_at: ends }));
    assert.deepEqual(ids(room), [1, 2]);
    clock.time += 1000;
    assert.deepEqual(ids(room), [1]);
  });

  test("that are older come in front, once", () => {
    const room = open([5, 6], { more: true });
    assert.equal(room.oldest, 5);
    room.append({ posts: [post(5), post(4), post(3)], more: false });
    assert.deepEqual([ids(room), room.more], [[3, 4, 5, 6], false]);
  });
});

const answer = (id, to, more) => post(id, { post: { author: "a", reply_to: to, reactions: {}, ...more } });

describe("what is said about a post", () => {
  test("is told as a whole: the last word of the reactions wins", () => {
    const room = createRoom({ ...snapshot([]), posts: [answer(1, null)] }, { topic: TOPIC });
    room.apply(told(2, "post.reacted", { id: 1, reactions: { "👍": ["b"] } }));
    assert.deepEqual(room.get(1).post.reactions, { "👍": ["b"] });
    room.apply(told(3, "post.reacted", { id: 1, reactions: {} }, "room.lobby"));
    assert.deepEqual(room.get(1).post.reactions, { "👍": ["b"] });
  });

  test("by this reader is shown at once, and taken back", () => {
    const room = createRoom({ ...snapshot([]), posts: [answer(1, null)] }, { topic: TOPIC });
    room.react(1, "👍", "me", true);
    room.react(1, "👍", "me", true);
    assert.deepEqual(room.get(1).post.reactions, { "👍": ["me"] });
    room.react(1, "👍", "me", false);
    assert.deepEqual(room.get(1).post.reactions, {});
  });

  test("in a reply follows what it replies to, until that has gone", () => {
    const posts = [answer(2, { id: 1, sender: "Bob", text: "old" }), post(1)];
    const room = createRoom({ ...snapshot([1, 2]), posts }, { topic: TOPIC });
    room.apply(told(3, "notification.updated", { ...post(1), sender: "Bob", text: "new" }));
    assert.deepEqual(room.get(2).post.reply_to, { id: 1, sender: "Bob", text: "new" });
    const long = "🎉".repeat(118) + "  tail";
    room.apply(told(4, "notification.updated", { ...post(1), sender: "Bob", text: long }));
    assert.equal(room.get(2).post.reply_to.text, `${"🎉".repeat(118)}…`);
    room.apply(told(5, "notification.retracted", { id: 1, reason: "retracted" }));
    assert.deepEqual(room.get(2).post.reply_to, { id: 1, sender: "", text: "" });
  });

  test("changes that post alone: the others stay the same objects", () => {
    const room = createRoom({ ...snapshot([]), posts: [answer(2, null), answer(1, null)] }, { topic: TOPIC });
    const [one, two] = room.posts();
    room.apply(told(3, "post.reacted", { id: 2, reactions: { "👀": ["b"] } }));
    assert.equal(room.posts()[0], one);
    assert.notEqual(room.posts()[1], two);
  });
});

describe("a page of older posts", () => {
  test("takes changes, and nothing new", () => {
    const room = open([1, 2], {}, new Clock(), 2);
    assert.deepEqual(room.apply(created(3)), { resync: false });
    room.apply(told(4, "notification.retracted", { id: 1, reason: "retracted" }));
    assert.deepEqual(ids(room), [2]);
  });
});

describe("a snapshot in between", () => {
  test("loses nothing that came while it was fetched", () => {
    const room = open([1]);
    room.apply(created(2));
    room.apply(created(3));
    room.replace(snapshot([1, 2]));
    assert.deepEqual(ids(room), [1, 2, 3]);
    assert.deepEqual(room.apply(created(3)), { resync: false });
  });

  test("after a reset begins anew, with what came since", () => {
    const room = open([50]);
    room.forget();
    room.apply(created(8));
    room.replace(snapshot([7]));
    assert.deepEqual(ids(room), [7, 8]);
  });
});

describe("pins", () => {
  test("are told as a whole, the newest first", () => {
    const room = open([1, 2]);
    assert.equal(room.apply(told(3, "room.pinned", { slug: "den", ids: [2, 1] })).resync, false);
    assert.deepEqual(room.pinned().map(({ id }) => id), [2, 1]);
    assert.deepEqual(room.posts().map(({ pinned }) => pinned), [true, true]);
  });

  test("of posts that are not loaded ask for a snapshot", () => {
    const room = open([7], { more: true });
    assert.equal(room.apply(told(8, "room.pinned", { slug: "den", ids: [1] })).resync, true);
    room.replace({ ...snapshot([7]), pinned: [post(1)] });
    assert.deepEqual(room.pinned().map(({ id }) => id), [1]);
  });

  test("go with their post", () => {
    const room = open([1], { pinned: [post(1)] });
    room.apply(told(2, "notification.retracted", { id: 1, reason: "retracted" }));
    assert.deepEqual(room.pinned(), []);
  });
});

describe("posts of one author", () => {
  const at = (minute, sender = "Alice") =>
    ({ sender, title: "", published_at: `2026-11-21T10:${minute}:00Z` });

  test("stand together for five minutes", () => {
    assert.equal(follows(at("04"), at("00")), true);
    assert.equal(follows(at("05"), at("00")), false);
    assert.equal(follows(at("01", "Bob"), at("00")), false);
    assert.equal(follows(at("00"), null), false);
  });
});

describe("a name that is being written", () => {
  test("begins with an @ that stands alone", () => {
    assert.deepEqual(mentionAt("Hi @al", 6), { start: 3, q: "al" });
    assert.deepEqual(mentionAt("@", 1), { start: 0, q: "" });
    assert.deepEqual(mentionAt("(@Zoë", 5), { start: 1, q: "Zoë" });
    for (const text of ["me@example", "@al is", "no name", `@${"x".repeat(41)}`]) {
      assert.equal(mentionAt(text, text.length), null, text);
    }
  });

  test("is the one at the caret", () => {
    assert.deepEqual(mentionAt("@al and @bo", 3), { start: 0, q: "al" });
  });
});

describe("the rooms of a reader", () => {
  const rooms = [["ops", 5], ["den", 9], ["lobby", 7], ["empty", 0]].map(([slug, newest]) => ({ slug, newest }));
  const next = (slug, by, read) => unreadRoom(rooms, slug, by, (each) => read[each] ?? null)?.slug;

  test("are gone through in their order, round and round, those that are read left out", () => {
    assert.equal(next("ops", 1, {}), "den");
    assert.equal(next("ops", -1, {}), "lobby");
    assert.equal(next("ops", 1, { den: 9 }), "lobby");
    assert.equal(next("lobby", 1, {}), "ops");
    assert.equal(next("den", 1, { lobby: 7, ops: 5 }), undefined);
  });

  test("are read as far as this browser has shown them", () => {
    const kept = {};
    const storage = { getItem: (name) => kept[name] ?? null, setItem: (name, value) => (kept[name] = value) };
    assert.equal(readTo({ storage }, "den"), null);
    keepRead({ storage }, "den", 5);
    keepRead({ storage }, "den", 3);
    assert.equal(readTo({ storage }, "den"), 5);
    assert.equal(readTo({}, "den"), null);
  });
});

/** An outbox over a server that answers what it is told to. */
function mail(answers = [], kept = {}) {
  const clock = new Clock();
  const sent = [];
  const limited = [];
  const storage = {
    getItem: (name) => kept[name] ?? null,
    setItem: (name, value) => (kept[name] = value),
    removeItem: (name) => delete kept[name],
  };
  const calls = {
    async send({ text, reply, key }) {
      sent.push([text, key, reply]);
      const answer = answers.shift() ?? { id: sent.length };
      if (answer.code) throw answer;
      return answer;
    },
    onSent() {},
    onLimited: (...refused) => limited.push(refused),
  };
  const env = { ...clock, random: () => 0.5 };
  const outbox = new Outbox(calls, { storage, name: "box", env });
  return { clock, outbox, sent, limited, kept };
}

describe("the outbox", () => {
  test("sends one after another, and forgets what is there", async () => {
    const { outbox, sent, kept } = mail();
    outbox.add({ text: "one" });
    outbox.add({ text: "two" });
    await settled();
    assert.deepEqual(sent.map(([text]) => text), ["one", "two"]);
    assert.deepEqual(outbox.entries().map(({ state, id }) => [state, id]), [["sent", 1], ["sent", 2]]);
    outbox.arrived((id) => id === 1);
    assert.deepEqual(outbox.entries().map(({ id }) => id), [2]);
    assert.deepEqual(kept, {});
  });

  test("tries again what got lost, under the same key", async () => {
    const { clock, outbox, sent } = mail([{ code: "lost" }, { code: "http_502" }, { id: 9 }]);
    outbox.add({ text: "one" });
    await settled();
    assert.equal(outbox.entries()[0].state, "waiting");
    await clock.pass(60_000);
    assert.equal(sent.length, 3);
    assert.equal(new Set(sent.map(([, key]) => key)).size, 1);
    assert.equal(outbox.entries()[0].state, "sent");
  });

  test("does not wait when the connection is back", async () => {
    const { outbox, sent } = mail([{ code: "unreachable" }]);
    outbox.add({ text: "one" });
    await settled();
    outbox.flush();
    await settled();
    assert.equal(sent.length, 2);
  });

  test("gives back what was sent too soon, with the time to wait", async () => {
    const { outbox, limited } = mail([{ code: "too_many", retryAfter: 12_000 }]);
    outbox.add({ text: "one", reply: { id: 7 } }, "the-same-key");
    await settled();
    assert.deepEqual(limited, [[{ text: "one", reply: { id: 7 } }, "the-same-key", 12_000, false]]);
    assert.deepEqual(outbox.entries(), []);
  });

  test("says that it was slow mode", async () => {
    const { outbox, limited } = mail([{ code: "slow_mode", retryAfter: 30_000 }]);
    outbox.add({ text: "one" });
    await settled();
    assert.deepEqual(limited[0].slice(2), [30_000, true]);
  });

  test("leaves what is refused to the author, and goes on", async () => {
    const { outbox, sent } = mail([{ code: "forbidden", message: "No." }]);
    outbox.add({ text: "one" });
    outbox.add({ text: "two" });
    await settled();
    assert.deepEqual(outbox.entries().map(({ state }) => state), ["failed", "sent"]);
    outbox.again(outbox.entries()[0].key);
    await settled();
    assert.equal(sent[0][1], sent[2][1]);
  });

  test("survives a reload", async () => {
    const kept = {};
    const before = mail([{ code: "unreachable" }], kept);
    before.outbox.add({ text: "one", reply: { id: 7, sender: "Bob", text: "?" } });
    await settled();
    const after = mail([], kept);
    after.outbox.flush();
    await settled();
    assert.deepEqual(after.sent, before.sent);
  });

  test("makes keys that the server takes", () => {
    assert.match(newKey(), /^[0-9a-f]{32}$/);
    assert.notEqual(newKey(), newKey());
  });
});
