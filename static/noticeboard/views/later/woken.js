/** Tells, once each, of notifications whose snooze ends while the page is open. */
import { fill, gettext, heading } from "../text.js";

const since = performance.timeOrigin;
const told = new Set();

/** `items` are those of the list, with their receipts. */
export function woken(items, announcer, now = Date.now()) {
  for (const item of items) {
    const until = item.receipt?.snoozed_until;
    const key = `${item.id} ${until}`;
    const at = Date.parse(until ?? "");
    if (!item.unread || !(at > since && at <= now) || told.has(key)) continue;
    told.add(key);
    announcer.say(fill(gettext("Back from snooze: %(title)s"), { title: heading(item) }));
  }
}
