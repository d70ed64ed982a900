/** The store of followed texts: a snapshot and the events since. No network, no DOM. */
import { position } from "./client/cursor.js";

/**
 * A card is replaced only by a higher version of itself, so events may come twice, and a snapshot
 * may be older than events that came before it: what they said of its time stays.
 */
export class Texts {
  #cards = new Map(); // id → { card, at: where in the log it was heard of }
  #removed = new Map(); // id → where in the log it was removed

  constructor(snapshot) {
    this.replace(snapshot);
  }

  /** By name, so that none jumps when it changes. */
  items() {
    const cards = [...this.#cards.values()].map(({ card }) => card);
    return cards.sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id);
  }

  /** Take an event; whether it changed something. */
  apply({ type, cursor, topic = null, data }) {
    const at = position(cursor);
    // One whose topic was deleted is empty.
    if (type === "text.changed" && data.id) return this.#put({ ...data, topic }, at);
    if (type === "text.removed" && data.id) return this.#drop(data.id, at);
    return false;
  }

  /** A snapshot: what it does not have is gone, unless it was heard of later. */
  replace({ cursor, texts }) {
    const at = position(cursor);
    const there = new Set(texts.map(({ id }) => id));
    for (const [id, known] of this.#cards)
      if (!there.has(id) && known.at <= at) this.#cards.delete(id);
    for (const card of texts) this.#put(card, at);
    for (const [id, gone] of this.#removed) if (gone <= at) this.#removed.delete(id);
  }

  #put(card, at) {
    const known = this.#cards.get(card.id);
    if (this.#removed.has(card.id)) return false;
    if (known && known.card.version >= card.version) {
      known.at = Math.max(known.at, at);
      return false;
    }
    this.#cards.set(card.id, { card, at });
    return true;
  }

  #drop(id, at) {
    this.#removed.set(id, at);
    return this.#cards.delete(id);
  }
}
