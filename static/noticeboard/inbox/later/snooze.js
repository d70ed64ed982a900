/** Until when a notification is to sleep: a menu of times, or one of the reader's own. */
import { gettext, language } from "../../views/text.js";
import { dialog } from "./dialog.js";
import { make } from "./make.js";
import { menu } from "./menu.js";

const LEAST = 3 * 60_000;
const HOUR = 3_600_000;
const MORNING = 9;
const EVENING = 18;
const MONDAY = 1;

/** Ask beside `anchor`: a promise of an ISO time before `expires_at` (or null), or of null. */
export async function chooseUntil(anchor, { expires_at: end } = {}, now = Date.now()) {
  const latest = end ? Date.parse(end) : Infinity;
  const times = offered(now).filter(({ at }) => at - now >= LEAST && at < latest);
  const entries = times.map(({ at, label }) => ({ name: String(at), label, icon: "clock" }));
  const own = { name: "own", label: gettext("Pick date and time…"), icon: "calendar" };
  const chosen = await menu(anchor, [...entries, own], gettext("Snooze"));
  if (chosen !== own.name) return chosen && new Date(Number(chosen)).toISOString();
  return pick(now, latest);
}

/** A day and a time of it, as the reader says them: "Monday 09:00". */
export function moment(iso) {
  const at = new Date(iso);
  const near = at - Date.now() < 6 * 24 * HOUR;
  const day = near ? { weekday: "long" } : { day: "numeric", month: "long" };
  const format = { ...day, hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(language(), format).format(at);
}

function offered(now) {
  const at = (days, hour) => {
    const time = new Date(now);
    time.setDate(time.getDate() + days);
    return time.setHours(hour, 0, 0, 0);
  };
  const monday = (MONDAY + 7 - new Date(now).getDay()) % 7 || 7;
  return [
    { at: now + HOUR, label: gettext("In 1 hour") },
    { at: at(0, EVENING), label: gettext("This evening (18:00)") },
    { at: at(1, MORNING), label: gettext("Tomorrow 9:00") },
    { at: at(monday, MORNING), label: gettext("Next Monday 9:00") },
  ];
}

async function pick(now, latest) {
  const field = make("input", { className: "field", type: "datetime-local", required: true, id: "until" });
  field.min = local(now + LEAST + 60_000);
  if (latest < Infinity) field.max = local(latest - 60_000);
  field.value = local(now + 24 * HOUR);
  const label = make("label", { htmlFor: field.id }, gettext("Snooze until"));
  const chosen = await dialog({ title: gettext("Snooze"), yes: gettext("Snooze") }, label, field);
  return chosen ? new Date(field.value).toISOString() : null;
}

/** A time as a `datetime-local` field has it: without a zone. */
function local(ms) {
  const shifted = ms - new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(shifted).toISOString().slice(0, 16);
}
