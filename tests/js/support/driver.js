/**
 * The store, driven from another language: a JSON object per line in, one per line out.
 *
 *     {"do": "create", "snapshot": {…}, "filter": {…}, "now": ms}   {"do": "apply", "event": {…}}
 *     {"do": "replace" | "append", "snapshot": {…}}   {"do": "tick", "now": ms}   {"do": "look"}
 *
 * Each answer is {"resync", "items", "unread", "state"}; `now` is the clock from then on.
 */
import { createInterface } from "node:readline";

import { createInbox } from "../../../static/noticeboard/inbox.js";

let store;
let clock = () => Date.now();

const commands = {
  create({ snapshot, filter }) {
    store = createInbox(snapshot, { now: () => clock(), ...filter });
  },
  apply: ({ event }) => store.apply(event),
  replace: ({ snapshot, filter }) => store.replace(snapshot, filter),
  append: ({ snapshot }) => store.append(snapshot),
  tick: () => store.tick(),
  look: () => undefined,
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  if (command.now !== undefined) clock = () => command.now;
  const { resync = false } = commands[command.do](command) ?? {};
  const answer = { resync, items: store.items(), unread: store.unread(), state: store.state };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
