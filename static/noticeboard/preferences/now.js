/** What the reader's preferences mean at this moment. No network, no DOM. */

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** Whether nothing is to pop up at `now` (ms): do not disturb, or the quiet hours of the week. */
export function quiet({ dnd_until, quiet: { zone, days } }, now = Date.now()) {
  if (Date.parse(dnd_until) > now) return true;
  if (!Object.keys(days).length) return false;
  const [day, hour] = clock(zone, now);
  const begun = (days[day] ?? []).some(([from, to]) => from <= hour && (hour < to || to <= from));
  const before = days[(day + 6) % 7] ?? [];
  return begun || before.some(([from, to]) => to <= from && hour < to);
}

/** Whether the reader wants no sign of a topic (of an event; undefined: it names none). */
export const muted = ({ muted: topics, mandatory }, topic, level) =>
  level !== "critical" && !mandatory.includes(level) && topics.includes(topic);

/** The day of the week (0: Monday) and "HH:MM" that the clocks of a zone show. */
function clock(zone, now) {
  const options = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = format({ ...options, timeZone: zone }, options).formatToParts(now);
  const { weekday, hour, minute } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return [DAYS.indexOf(weekday), `${hour}:${minute}`];
}

function format(options, otherwise) {
  try {
    return new Intl.DateTimeFormat("en-GB", options);
  } catch {
    // A zone that the server knows and this browser does not: its own clock is the nearest.
    return new Intl.DateTimeFormat("en-GB", otherwise);
  }
}
