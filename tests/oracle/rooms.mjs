/**
 * One room's store, driven from Python: a JSON object per line in, one per line out.
 *
 *     {"do": "create", "snapshot", "topic"}   {"do": "apply", "events"}   {"do": "replace", "snapshot"}
 *
 * An answer is {"resync", "posts", "pinned", "cursor"}.
 */
import { createInterface } from "node:readline";

import { createRoom } from "../../static/noticeboard/rooms/store.js";

let room;

const commands = {
  create: ({ snapshot, topic }) => {
    room = createRoom(snapshot, { topic });
  },
  apply: ({ events }) => ({
    resync: events.map((event) => room.apply(event).resync).includes(true),
  }),
  replace: ({ snapshot }) => room.replace(snapshot),
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  const { resync = false } = commands[command.do](command) ?? {};
  const { cursor } = room;
  const said = { resync, posts: room.posts(), pinned: room.pinned(), cursor };
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
