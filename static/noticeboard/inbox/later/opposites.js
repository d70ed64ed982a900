/** What an action is called once it is done, and what takes it back. */
import { fill, gettext, ngettext } from "../../views/text.js";
import { moment } from "./snooze.js";

const MOST = 200; // ids the server takes at once

const TEXTS = {
  read: (count) => ngettext("%(count)s marked read.", "%(count)s marked read.", count),
  unread: (count) => ngettext("%(count)s marked unread.", "%(count)s marked unread.", count),
  done: (count) => ngettext("%(count)s marked done.", "%(count)s marked done.", count),
  undone: (count) => ngettext("%(count)s moved to the inbox.", "%(count)s moved to the inbox.", count),
  snooze: (count) =>
    ngettext("%(count)s snoozed until %(time)s.", "%(count)s snoozed until %(time)s.", count),
};
const ONE = {
  read: () => gettext("Marked read."),
  unread: () => gettext("Marked unread."),
  done: () => gettext("Marked done."),
  undone: () => gettext("Moved to inbox."),
  snooze: () => gettext("Snoozed until %(time)s."),
  unsnooze: () => gettext("Woken."),
  acknowledge: () => gettext("Acknowledged."),
  read_all: () => gettext("All marked read."),
};

/** A deed in words. */
export function said({ action, ids, until }) {
  const count = ids.length;
  const text = count > 1 && TEXTS[action] ? TEXTS[action](count) : ONE[action]();
  return fill(text, { count, time: until && moment(until) });
}

/** The deeds that bring back what the items were `before`; none if nothing can. */
export function opposite({ action, filter }, before) {
  if (filter) return []; // there is more than what is loaded
  const were = (test) => before.filter(test).map(({ id }) => id);
  const all = were(() => true);
  const of = {
    done: () => [{ action: "undone", ids: all }],
    undone: () => [{ action: "done", ids: all }],
    read: () => [{ action: "unread", ids: were(({ unread }) => unread) }],
    read_all: () => [{ action: "unread", ids: all }],
    unread: () => [{ action: "read", ids: were(({ unread }) => !unread) }],
    snooze: () => [{ action: "unsnooze", ids: all }],
    unsnooze: () =>
      before.map(({ id, receipt }) => ({ action: "snooze", ids: [id], until: receipt?.snoozed_until })),
  }[action];
  return (of?.() ?? []).filter(({ ids }) => ids.length && ids.length <= MOST);
}
