/** Do not disturb: until when, in words, and the ends that its buttons offer. */
import { setHidden, setText } from "../../views/dom.js";
import { fill, gettext, language } from "../../views/text.js";

const MINUTE = 60_000;

/** The end that a button asks for, as an ISO time; null turns it off. */
export function end(choice, now = Date.now()) {
  if (choice === "off") return null;
  const until = choice === "day" ? new Date(now).setHours(24, 0, 0, 0) : now + choice * MINUTE;
  return new Date(until).toISOString();
}

/** Show whether it is on, and offer to turn it off. */
export function showSilence(root, { dnd_until }, now = Date.now()) {
  const until = Date.parse(dnd_until);
  const on = until > now;
  const text = on ? fill(gettext("On until %(time)s"), { time: words(until, now) }) : gettext("Off");
  const state = root.querySelector("#dnd-state");
  if (state.textContent !== text) setText(state, text);
  const [first] = root.querySelectorAll("button");
  setHidden(root.querySelector('[value="off"]'), !on, () => first);
}

function words(until, now) {
  const date = until - now > 86_400_000 ? { dateStyle: "medium" } : {};
  return new Intl.DateTimeFormat(language(), { ...date, timeStyle: "short" }).format(until);
}
