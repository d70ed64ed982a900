/** Latency and bytes per second of the four, by Chart.js, which the page has loaded. */
import { fill, gettext } from "../views/text.js";
import { Cursor } from "./cursor.js";
import { decimal, ms, NAMES, title, visible, whole } from "./names.js";

// Colour, dash and marker say the same: no one of them is needed to tell the lines apart.
const DASHES = { websocket: [], sse: [8, 4], longpoll: [2, 3], poll: [10, 4, 2, 4] };
const POINTS = { websocket: "circle", sse: "triangle", longpoll: "rect", poll: "rectRot" };

const SAID = new Set(["1", "3"]); // of a logarithmic axis, the numbers that begin so

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class Charts {
  #latency;
  #bytes;
  #cursors;

  /** Two of `{canvas, status}`: where each is drawn, and where its values are said. */
  constructor(latency, bytes) {
    this.#cursors = [
      new Cursor(latency.status, (x, points) => said(gettext("Event sent at %(at)s s: %(values)s"), x, points, ms)),
      new Cursor(bytes.status, (x, points) => said(gettext("Second %(at)s: %(values)s"), x, points, whole)),
    ];
    this.#latency = chart(latency.canvas, gettext("Latency in ms"), 2, this.#cursors[0]);
    this.#bytes = chart(bytes.canvas, gettext("Bytes per second"), 0, this.#cursors[1]);
    new MutationObserver(() => this.colour()).observe(document.documentElement, {
      attributeFilter: ["data-theme"],
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.colour());
    this.colour();
    this.logarithmic(true);
  }

  /** Show what a run has so far. */
  show(run, rows) {
    const seconds = Math.ceil(Math.max(run.plan.seconds + 2, run.lasted / 1000));
    run.lines.forEach(({ tally, exchange, native }, index) => {
      const samples = tally.samples.map((sample) => ({ x: sample.at / 1000, y: Math.max(0.1, sample.ms) }));
      this.#latency.data.datasets[index].data = samples;
      const bins = native ? [] : perSecond(exchange.arrivals, run.begin, seconds);
      this.#bytes.data.datasets[index].data = bins.map(([x, y]) => ({ x, y }));
    });
    const values = (key, say) => rows.map((row) => `${title(row.transport)} ${say(row[key])}`).join(", ");
    name(this.#latency, fill(gettext("Latency over time. Medians: %(values)s."), { values: values("p50", ms) }));
    name(this.#bytes, fill(gettext("Body bytes per second over time. Totals: %(values)s."), { values: values("body_bytes_browser", visible) }));
    this.#update();
    for (const each of this.#cursors) each.shown();
  }

  logarithmic(wanted) {
    const { y } = this.#latency.options.scales;
    y.type = wanted ? "logarithmic" : "linear";
    // Chart.js writes so many numbers beside a logarithmic axis that they cover each other.
    y.ticks.callback = (value) => (!wanted || SAID.has(value.toExponential()[0]) ? decimal(value) : "");
    this.#update();
  }

  toggle(index, visible) {
    for (const each of [this.#latency, this.#bytes]) each.setDatasetVisibility(index, visible);
    this.#update();
  }

  colour() {
    for (const each of [this.#latency, this.#bytes]) {
      each.data.datasets.forEach((line, index) => {
        const colour = css(`--lab-${NAMES[index]}`);
        Object.assign(line, { borderColor: colour, backgroundColor: colour });
        Object.assign(line, { pointBorderColor: colour, pointBackgroundColor: colour });
      });
      for (const axis of Object.values(each.options.scales)) {
        axis.ticks.color = axis.title.color = css("--soft");
        axis.grid.color = css("--line");
      }
    }
    this.#update();
  }

  #update() {
    for (const each of [this.#latency, this.#bytes]) each.update("none");
  }
}

function chart(canvas, unit, radius, cursor) {
  const line = (name) => ({
    label: title(name),
    data: [],
    borderWidth: 1.75,
    borderDash: DASHES[name],
    pointStyle: POINTS[name],
    pointRadius: radius,
  });
  const axis = (text) => ({ type: "linear", title: { display: true, text }, ticks: {}, grid: {} });
  return new globalThis.Chart(canvas, {
    type: "line",
    data: { datasets: NAMES.map(line) },
    plugins: [cursor],
    options: {
      animation: false,
      parsing: false,
      normalized: true,
      maintainAspectRatio: false,
      plugins: { legend: { display: false }, colors: { enabled: false } },
      scales: { x: axis(gettext("Seconds")), y: { ...axis(unit), beginAtZero: true } },
    },
  });
}

function said(text, x, points, say) {
  const known = points.filter(([, y]) => y !== undefined);
  const values = known.map(([label, y]) => `${label} ${say(y)}`).join(", ");
  return fill(text, { at: decimal(x), values });
}

const name = (chart, text) => chart.canvas.setAttribute("aria-label", text);

/** Bytes per second of a run, `[second, bytes]`, from arrivals in ms since its begin. */
export function perSecond(arrivals, begin, seconds) {
  const bins = Array.from({ length: seconds }, () => 0);
  for (const [at, count] of arrivals) {
    const second = Math.floor((at - begin) / 1000);
    if (second >= 0 && second < seconds) bins[second] += count;
  }
  return bins.map((bytes, second) => [second, bytes]);
}
