/**
 * Stores of the page, many by name, driven from Python: a JSON object per line in, one per line out.
 *
 *     {"store", "do": "create", "snapshot", "filter"}   {"store", "do": "apply", "events": [event…]}
 *     {"store", "do": "replace", "snapshot", "restart"}   {"store", "do": "append", "snapshot"}
 *     {"store", "do": "tick"}   {"store", "do": "look"}
 *
 * An answer is {"resync", "items", "unread", "more", "state", "next"}, or {"error"}. Nothing here knows what a
 * notification is: it is the file that the browser loads.
 */
import { createInterface } from "node:readline";

import { createInbox } from "../../static/noticeboard/inbox.js";

const stores = new Map();

const commands = {
  create: ({ store, snapshot, filter }) => {
    stores.set(store, createInbox(snapshot, filter));
  },
  apply: ({ store, events }) => ({
    resync: events.map((event) => stores.get(store).apply(event).resync).includes(true),
  }),
  replace: ({ store, snapshot, restart }) => stores.get(store).replace(snapshot, { restart }),
  append: ({ store, snapshot }) => stores.get(store).append(snapshot),
  tick: ({ store }) => stores.get(store).tick(),
  look: () => undefined,
};

const answer = (line) => {
  const command = JSON.parse(line);
  const { resync = false } = commands[command.do](command) ?? {};
  const store = stores.get(command.store);
  return {
    resync,
    items: store.items(),
    unread: store.unread(),
    more: store.more,
    state: store.state,
    next: store.nextChange(),
  };
};

for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    said = answer(line);
  } catch (error) {
    said = { error: String(error.stack) };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
