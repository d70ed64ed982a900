/** Latency and bytes per second of the four, by Chart.js, which the page has loaded. */
import { fill, gettext } from "../views/text.js";
import { perSecond } from "./exchange.js";
import { ms, title, whole } from "./names.js";
import { NAMES } from "./run.js";

// Colour, dash and marker say the same: no one of them is needed to tell the lines apart.
const DASHES = { websocket: [], sse: [8, 4], longpoll: [2, 3], poll: [10, 4, 2, 4] };
const POINTS = { websocket: "circle", sse: "triangle", longpoll: "rect", poll: "rectRot" };

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class Charts {
  #latency;
  #bytes;

  constructor(latency, bytes) {
    this.#latency = chart(latency, gettext("Latency in ms"), 2);
    this.#bytes = chart(bytes, gettext("Bytes per second"), 0);
    new MutationObserver(() => this.colour()).observe(document.documentElement, {
      attributeFilter: ["data-theme"],
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.colour());
    this.colour();
    this.logarithmic(true);
  }

  /** Show what a run has so far. */
  show(run, rows) {
    const seconds = Math.ceil(run.plan.seconds + 2);
    run.lines.forEach(({ tally, exchange }, index) => {
      const samples = tally.samples.map((sample) => ({ x: sample.at / 1000, y: Math.max(0.1, sample.ms) }));
      this.#latency.data.datasets[index].data = samples;
      const bins = perSecond(exchange.arrivals, run.begin, seconds);
      this.#bytes.data.datasets[index].data = bins.map(([x, y]) => ({ x, y }));
    });
    const values = (key, say) => rows.map((row) => `${title(row.transport)} ${say(row[key])}`).join(", ");
    name(this.#latency, fill(gettext("Latency over time. Medians: %(values)s."), { values: values("p50", ms) }));
    name(this.#bytes, fill(gettext("Body bytes per second over time. Totals: %(values)s."), { values: values("body_bytes_browser", whole) }));
    this.#update();
  }

  logarithmic(wanted) {
    this.#latency.options.scales.y.type = wanted ? "logarithmic" : "linear";
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

function chart(canvas, unit, radius) {
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

const name = (chart, text) => chart.canvas.setAttribute("aria-label", text);
