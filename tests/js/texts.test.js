/** The store of followed texts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Texts } from "../../static/noticeboard/texts.js";

const card = (id, version, text = `v${version}`) => ({ id, key: `k${id}`, name: `n${id}`, version, text });
const changed = (seq, data, more) => ({ cursor: `${seq}.abcdef`, type: "text.changed", data, ...more });
const removed = (seq, id) => ({ cursor: `${seq}.abcdef`, type: "text.removed", data: { id, key: `k${id}` } });
const snapshot = (seq, ...texts) => ({ cursor: `${seq}.abcdef`, texts });
const shown = (texts) => texts.items().map(({ id, version }) => [id, version]);

test("it shows the highest version, whatever comes twice or late", () => {
  const texts = new Texts(snapshot(1, card(1, 3)));
  assert.equal(texts.apply(changed(2, card(1, 2))), false);
  assert.equal(texts.apply(changed(3, card(1, 5))), true);
  assert.equal(texts.apply(changed(4, card(1, 4))), false);
  assert.equal(texts.apply(changed(3, card(1, 5))), false);
  assert.deepEqual(shown(texts), [[1, 5]]);
});

test("it keeps the topic that an event was told to", () => {
  const texts = new Texts(snapshot(1));
  texts.apply(changed(2, card(1, 1), { topic: "room.den" }));
  texts.apply(changed(3, card(2, 1)));
  assert.deepEqual(texts.items().map(({ topic }) => topic), ["room.den", null]);
});

test("cards stand by their names, and do not jump", () => {
  const texts = new Texts(snapshot(1, card(2, 1), card(1, 1)));
  texts.apply(changed(2, card(3, 1)));
  texts.apply(changed(3, card(2, 2)));
  assert.deepEqual(shown(texts), [[1, 1], [2, 2], [3, 1]]);
});

test("one that is removed goes, and comes again only as another", () => {
  const texts = new Texts(snapshot(1, card(1, 1)));
  assert.equal(texts.apply(removed(2, 1)), true);
  assert.equal(texts.apply(changed(2, card(1, 2))), false);
  assert.equal(texts.apply(changed(3, card(7, 1))), true);
  assert.deepEqual(shown(texts), [[7, 1]]);
});

test("a snapshot takes away what it does not have, but not what came after it", () => {
  const texts = new Texts(snapshot(1, card(1, 1), card(2, 1)));
  texts.apply(changed(9, card(3, 1)));
  texts.apply(removed(10, 2));
  texts.replace(snapshot(8, card(2, 4), card(4, 1)));
  assert.deepEqual(shown(texts), [[3, 1], [4, 1]]);
});

test("a snapshot does not bring back an older version", () => {
  const texts = new Texts(snapshot(1, card(1, 1)));
  texts.apply(changed(9, card(1, 8)));
  texts.replace(snapshot(8, card(1, 7)));
  assert.deepEqual(shown(texts), [[1, 8]]);
});

test("other events, and those that the log has blanked, are passed by", () => {
  const texts = new Texts(snapshot(1, card(1, 1)));
  assert.equal(texts.apply(changed(2, {})), false);
  assert.equal(texts.apply({ cursor: "3.abcdef", type: "notification.created", data: card(1, 9) }), false);
  assert.deepEqual(shown(texts), [[1, 1]]);
});
