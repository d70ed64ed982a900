/** The picture of client and server over time, drawn from what really went between them. */
import { fill, gettext } from "../../views/text.js";
import { title } from "../names.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 260;
const HEIGHT = 340;
const TOP = 28;
const LEFT = 62; // the client's line
const RIGHT = 218; // the server's
const SLANT = 5; // an arrow ends a little below its begin, as time goes on meanwhile

export function element(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

/** `[from, to]` in ms of the part of a run that is shown: after the warm-up, one poll and a half. */
export function extract(run) {
  const length = Math.max(4_000, run.plan.poll_seconds * 1_500);
  const from = run.begin + Math.min(3_000, run.plan.seconds * 300);
  return [from, from + Math.min(length, 10_000)];
}

/**
 * A new `<svg>` of what `line` (of a Run) said and heard between `from` and `to`; `emitted` are the
 * times at which the server had something to say.
 */
export function picture({ name, exchange }, emitted, [from, to]) {
  const y = (at) => TOP + ((at - from) / (to - from)) * (HEIGHT - TOP - 8);
  const shown = exchange.steps.filter((step) => step.from <= to && (step.to ?? to) >= from);
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: `picture ${name}` });
  svg.setAttribute("aria-label", label(name, shown, to - from));
  svg.append(
    element("text", { x: LEFT, y: 16, "text-anchor": "middle" }, gettext("Browser")),
    element("text", { x: RIGHT, y: 16, "text-anchor": "middle" }, gettext("Server")),
    element("line", { x1: LEFT, x2: LEFT, y1: TOP, y2: HEIGHT, class: "life" }),
    element("line", { x1: RIGHT, x2: RIGHT, y1: TOP, y2: HEIGHT, class: "life" }),
    ...seconds(from, to, y),
  );
  for (const step of shown) svg.append(...drawn(step, y, from, to));
  for (const at of emitted) {
    if (at >= from && at <= to) svg.append(element("circle", { cx: RIGHT + 9, cy: y(at), r: 2.5, class: "event" }));
  }
  return svg;
}

function* seconds(from, to, y) {
  for (let at = 0; at <= to - from; at += 1_000) {
    yield element("text", { x: 4, y: y(from + at) + 4, class: "time" }, `${at / 1000} s`);
  }
}

function* drawn({ kind, from: asked, to: answered, events }, y, from, to) {
  if (kind === "push") {
    yield* arrow(RIGHT, LEFT, y(asked), events ? "full" : "empty");
    return;
  }
  const [top, bottom] = [Math.max(asked, from), Math.min(answered ?? to, to)];
  // The server has the request for so long.
  if (bottom > top) yield element("rect", { x: RIGHT - 3, width: 6, y: y(top), height: Math.max(1, y(bottom) - y(top)), class: "held" });
  if (asked >= from) yield* arrow(LEFT, RIGHT, y(asked) - SLANT, "request");
  if (answered !== null && answered <= to && answered >= from) yield* arrow(RIGHT, LEFT, y(answered), events ? "full" : "empty");
}

function* arrow(x1, x2, end, kind) {
  const way = Math.sign(x2 - x1);
  const tip = x2 - way * 4;
  yield element("line", { x1: x1 + way * 4, y1: end - SLANT, x2: tip, y2: end, class: kind });
  yield element("path", { d: `M${tip} ${end}l${-way * 6} -3.5v6z`, class: `${kind} head` });
}

function label(name, steps, length) {
  const asked = steps.filter(({ kind }) => kind !== "push").length;
  const full = steps.filter(({ events }) => events).length;
  const events = steps.reduce((sum, step) => sum + step.events, 0);
  return fill(gettext("%(name)s, %(seconds)s seconds of the run: %(asked)s requests, %(full)s answers or pushes with %(events)s events."), {
    name: title(name),
    seconds: Math.round(length / 1000),
    asked,
    full,
    events,
  });
}
