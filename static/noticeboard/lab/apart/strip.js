/** The whole run in one strip: a bar for as long as each request was open, a tick for each push. */
import { fill, gettext } from "../../views/text.js";
import { element } from "./picture.js";
import { title } from "../names.js";

const WIDTH = 1_000;
const LEFT = 128;
const RIGHT = WIDTH - 8;
const TOP = 26;
const LANE = 30;
const BAR = 14;

/** A new `<svg>` of a Run. */
export function strip(run) {
  const length = Math.max(1_000, run.lasted);
  const x = (at) => LEFT + (Math.min(length, Math.max(0, at - run.begin)) / length) * (RIGHT - LEFT);
  const height = TOP + (run.lines.length + 1) * LANE;
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", class: "strip" });
  svg.setAttribute("aria-label", label(run));
  svg.append(...seconds(length, x, run.begin, height));
  const middle = (lane) => TOP + lane * LANE + LANE / 2;
  svg.append(element("text", { x: 0, y: middle(0) + 4 }, gettext("Events")));
  const dots = [...run.emitted.values()].map((at) => `M${x(at).toFixed(1)} ${middle(0) - 4}v8`);
  svg.append(element("path", { d: dots.join(""), class: "events" }));
  run.lines.forEach((line, index) => svg.append(lane(line, middle(index + 1), x, run.over)));
  return svg;
}

function lane({ name, exchange }, y, x, over) {
  const group = element("g", { "data-transport": name });
  const bars = { full: "", empty: "" };
  let ticks = "";
  const opens = exchange.steps.filter(({ kind }) => kind === "open").map(({ from }) => from);
  for (const { kind, from, to, events } of exchange.steps) {
    if (kind === "push") {
      if (events) ticks += `M${x(from).toFixed(1)} ${y - BAR / 2}v${BAR}`;
      continue;
    }
    // A stream's request lasts until the next takes its place; nobody waits for its answer.
    const until = kind === "open" ? (opens.find((each) => each > from) ?? over) : (to ?? over);
    const width = Math.max(1, x(until) - x(from) - 0.5).toFixed(1);
    bars[kind === "open" || events ? "full" : "empty"] += `M${x(from).toFixed(1)} ${y - BAR / 2}h${width}v${BAR}h-${width}z`;
  }
  group.append(
    element("text", { x: 0, y: y + 4 }, title(name)),
    element("path", { d: bars.full, class: "bar" }),
    element("path", { d: bars.empty, class: "bar empty" }),
    element("path", { d: ticks, class: "tick" }),
  );
  return group;
}

function* seconds(length, x, begin, height) {
  const step = [1, 2, 5, 10, 20, 30, 60].find((each) => length / 1_000 / each <= 12) ?? 120;
  for (let at = 0; at <= length; at += step * 1_000) {
    const place = x(begin + at).toFixed(1);
    yield element("line", { x1: place, x2: place, y1: TOP - 6, y2: height, class: "life" });
    yield element("text", { x: place, y: 12, "text-anchor": "middle" }, `${at / 1_000} s`);
  }
}

function label(run) {
  const asked = ({ exchange }) => exchange.steps.filter(({ kind }) => kind !== "push").length;
  const each = run.lines.map((line) => `${title(line.name)} ${asked(line)}`).join(", ");
  return fill(gettext("Timeline of the whole run. Requests: %(each)s."), { each });
}
