/** A place in a chart, moved by the arrow keys and said in words, and the names at the lines' ends. */

const LABELLED = 440; // px: a narrower chart has no room for names
const ROOM = 116;
const APART = 13;
const KEYS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };

/** A Chart.js plugin for one chart. `say(x, points)` gives the words; they go into `status`. */
export class Cursor {
  id = "cursor";
  #chart;
  #x; // where it is
  #status;
  #say;

  constructor(status, say) {
    this.#status = status;
    this.#say = say;
  }

  /** Called by Chart.js. */
  install(chart) {
    this.#chart = chart;
    chart.canvas.addEventListener("keydown", (event) => this.#key(event));
    chart.canvas.addEventListener("blur", () => this.#move(undefined));
  }

  beforeLayout(chart) {
    chart.options.layout.padding = { right: chart.width >= LABELLED ? ROOM : 0 };
  }

  afterDatasetsDraw(chart) {
    if (chart.width >= LABELLED) names(chart);
    if (this.#x === undefined) return;
    const { ctx, chartArea, scales } = chart;
    const at = scales.x.getPixelForValue(this.#x);
    ctx.save();
    ctx.strokeStyle = scales.x.options.title.color;
    ctx.beginPath();
    ctx.moveTo(at, chartArea.top);
    ctx.lineTo(at, chartArea.bottom);
    ctx.stroke();
    ctx.restore();
  }

  /** With points there is something to move along. */
  shown() {
    this.#chart.canvas.tabIndex = this.#lines().some(({ data }) => data.length) ? 0 : -1;
  }

  #lines() {
    return this.#chart.data.datasets.filter((_, index) => this.#chart.isDatasetVisible(index));
  }

  #key(event) {
    if (event.key === "Escape") return this.#move(undefined);
    const all = new Set(this.#lines().flatMap(({ data }) => data.map(({ x }) => x)));
    const places = [...all].sort((a, b) => a - b);
    if (!(event.key in KEYS) || !places.length) return;
    event.preventDefault();
    const step = KEYS[event.key];
    const from = this.#x === undefined && step < 0 ? places.length : places.indexOf(this.#x);
    this.#move(places[Math.min(places.length - 1, Math.max(0, from + step))]);
  }

  #move(x) {
    this.#x = x;
    const points = this.#lines().map(({ label, data }) => [label, data.find((each) => each.x === x)?.y]);
    this.#status.textContent = x === undefined ? "" : this.#say(x, points);
    this.#chart.update("none");
  }
}

function names(chart) {
  const ends = chart.data.datasets.flatMap(({ label, data, borderColor }, index) => {
    const last = chart.isDatasetVisible(index) && data.length && chart.getDatasetMeta(index).data.at(-1);
    return last ? [{ label, y: last.y, borderColor }] : [];
  });
  ends.sort((a, b) => a.y - b.y);
  ends.forEach((end, index) => (end.y = Math.min(end.y, chart.chartArea.bottom - APART * (ends.length - 1 - index))));
  const { ctx, chartArea } = chart;
  let lowest = -Infinity;
  ctx.save();
  ctx.font = "11px system-ui, sans-serif";
  ctx.textBaseline = "middle";
  for (const { label, y, borderColor } of ends) {
    lowest = Math.max(y, lowest + APART);
    ctx.fillStyle = borderColor;
    ctx.fillText(label, chartArea.right + 8, lowest);
  }
  ctx.restore();
}
