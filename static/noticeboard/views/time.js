/** Times as people say them, kept right by one timer for the whole page. */
import { gettext, language } from "./text.js";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

const made = new Map(); // to make a format costs a hundred times what using it does

function formatter(Kind, options) {
  const key = `${Kind.name} ${language()} ${JSON.stringify(options)}`;
  if (!made.has(key)) made.set(key, new Kind(language(), options));
  return made.get(key);
}

const format = (options) => formatter(Intl.DateTimeFormat, options);
const startOfDay = (ms) => new Date(ms).setHours(0, 0, 0, 0);

/** Date, time and zone: what a pointer or a detail shows. */
export const absolute = (ms) => format({ dateStyle: "long", timeStyle: "long" }).format(ms);

/** Day and time without a zone, for who wants no relative times. */
const short = (ms) => format({ dateStyle: "medium", timeStyle: "short" }).format(ms);

/** Hours and minutes: "showing notifications from 14:02". */
export const clock = (ms) => format({ hour: "2-digit", minute: "2-digit" }).format(ms);

/** "now", "5 min ago", "in 2 hours", and from a day on the date. */
export function relative(ms, now = Date.now()) {
  const distance = ms - now;
  const size = Math.abs(distance);
  if (size >= DAY) return format({ day: "numeric", month: "short" }).format(ms);
  const say = formatter(Intl.RelativeTimeFormat, { numeric: "auto", style: "short" });
  if (size < MINUTE) return distance > 0 ? gettext("in under a minute") : say.format(0, "second");
  if (size < HOUR) return say.format(Math.trunc(distance / MINUTE), "minute");
  return say.format(Math.trunc(distance / HOUR), "hour");
}

/** "Today", "Yesterday", a weekday within the last week, else the date. */
export function dayName(ms, now = Date.now()) {
  const age = Math.round((startOfDay(now) - startOfDay(ms)) / DAY);
  if (age === 0) return gettext("Today");
  if (age === 1) return gettext("Yesterday");
  if (age > 1 && age < 7) return format({ weekday: "long" }).format(ms);
  return format({ dateStyle: "long" }).format(ms);
}

/** Write one `<time>`: relative, or absolute where it says `data-absolute`. */
export function write(element, now = Date.now()) {
  const ms = Date.parse(element.dateTime);
  if (Number.isNaN(ms)) return;
  const plain = document.documentElement.dataset.times === "absolute" ? short : relative;
  const text = "absolute" in element.dataset ? absolute(ms) : plain(ms, now);
  if (element.textContent !== text) element.textContent = text;
  element.title = absolute(ms);
}

/** Set the time of a `<time>` and write it. */
export function setTime(element, iso) {
  if (element.dateTime !== iso) element.dateTime = iso;
  write(element);
}

/** Rewrite every time on the page now and each minute while it is seen; then call `ticked`. */
export function keepTimes(ticked = () => {}) {
  const tick = () => {
    if (document.visibilityState === "hidden") return;
    for (const element of document.querySelectorAll("time[datetime]")) write(element);
    ticked();
  };
  tick();
  setInterval(tick, MINUTE);
  document.addEventListener("visibilitychange", tick);
  document.addEventListener("noticeboard:preferences", tick);
}
