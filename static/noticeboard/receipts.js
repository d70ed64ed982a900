/** How a notification stands with a user, and what an action makes of that: the server's rules. */
const EMPTY = {
  seen_at: null,
  read_at: null,
  done_at: null,
  snoozed_until: null,
  acknowledged_at: null,
  unread: false,
};

/** A time of the wire in ms; NaN for none, with which no comparison is true. */
export const ms = (time) => (time ? Date.parse(time) : NaN);

/** `{expired, done, snoozed, unread}` of an item at a time, for a user with this mark. */
export function standing({ position, expires_at, receipt }, time, { user, read_to }) {
  const { done_at, snoozed_until, read_at, unread } = receipt ?? EMPTY;
  const expired = ms(expires_at) <= time;
  const done = Boolean(done_at);
  const snoozed = ms(snoozed_until) > time;
  const fresh = Boolean(user) && (unread || (!read_at && position > read_to));
  return { expired, done, snoozed, unread: fresh && !expired && !done && !snoozed };
}

/** Which of them a view shows. */
export const VIEWS = {
  inbox: (is) => !is.expired && !is.done && !is.snoozed,
  unread: (is) => is.unread,
  snoozed: (is) => !is.expired && !is.done && is.snoozed,
  done: (is) => is.done,
  expired: (is) => is.expired && !is.done,
};

/** The receipt after an action, from what it was (null: none). */
export function after(action, receipt, given) {
  const was = receipt ?? EMPTY;
  return { ...was, ...ACTIONS[action](was, given) };
}

const ACTIONS = {
  read: (was, { now }) => ({ read_at: now, seen_at: was.seen_at ?? now, unread: false }),
  unread: () => ({ read_at: null, unread: true }),
  done: (was, { now, unread }) => ({
    done_at: now,
    ...(unread && { read_at: now, unread: false }),
  }),
  undone: ({ done_at, read_at }) => ({
    done_at: null,
    ...(done_at === read_at && { read_at: null, unread: true }),
  }),
  snooze: ({ read_at }, { now, until, unread }) => ({
    snoozed_until: until,
    done_at: null,
    read_at: unread ? read_at : (read_at ?? now),
    unread: true,
  }),
  unsnooze: ({ read_at }) => ({ snoozed_until: null, unread: !read_at }),
  acknowledge: (was, { now }) => ({ acknowledged_at: now, read_at: now, unread: false }),
};
