/** The lab's page: the form starts a run, and what the run finds is shown once a second. */
import { byId, setText, slot } from "../views/dom.js";
import { fill, gettext } from "../views/text.js";
import { Charts } from "./charts.js";
import { meaning } from "./meaning.js";
import { figures, ms, stateWord, whole } from "./names.js";
import { extract, picture } from "./picture.js";
import { NAMES, Run } from "./run.js";
import { csv } from "./statistics.js";

const FIELDS = ["rate", "payload", "seconds", "poll_seconds"];
const REFRESH = 1_000;

class LabPage {
  #config = JSON.parse(byId("lab-config").textContent);
  #form = byId("lab-form");
  #charts = new Charts(byId("latency-chart"), byId("bytes-chart"));
  #run;
  #timer;
  #rows = [];

  constructor() {
    this.#fillForm();
    this.#table();
    this.#form.addEventListener("submit", (event) => (event.preventDefault(), this.#start()));
    const on = (id, run) => byId(id).addEventListener("click", run);
    on("lab-stop", () => this.#stop());
    on("lab-reset", () => location.assign(location.pathname));
    on("lab-json", () => this.#save("json", JSON.stringify(this.results(), null, 2)));
    on("lab-csv", () => this.#save("csv", csv(this.#rows)));
    on("lab-link", () => this.#copy());
    on("lab-log", () => this.#charts.logarithmic(press(byId("lab-log"))));
    for (const [index, name] of NAMES.entries()) {
      const button = byId(`line-${name}`);
      button.addEventListener("click", () => this.#charts.toggle(index, press(button)));
    }
    this.#buttons("idle");
  }

  /** What the exports say. */
  results() {
    const { clock, plan, sent, background } = this.#run;
    return {
      plan,
      sent,
      clock_error_ms: clock.error,
      http_version: httpVersion(),
      background: background.length,
      transports: this.#rows,
    };
  }

  async #start() {
    const plan = Object.fromEntries(FIELDS.map((name) => [name, byId(`lab-${name}`).valueAsNumber]));
    this.#say("");
    this.#buttons("running");
    this.#run = new Run(this.#config, plan, () => this.#ended());
    try {
      await this.#run.start();
    } catch (error) {
      this.#say(error.detail ?? String(error), "error");
      this.#buttons("idle");
      return;
    }
    byId("lab-clock").textContent = this.#clock();
    this.#tick();
  }

  #tick = () => {
    this.#show();
    this.#timer = setTimeout(this.#tick, REFRESH);
  };

  async #stop() {
    byId("lab-stop").disabled = true;
    await this.#run.stop();
  }

  #ended() {
    clearTimeout(this.#timer);
    this.#buttons("finished");
    this.#show();
    const span = extract(this.#run);
    byId("lab-pictures").hidden = false;
    for (const line of this.#run.lines) {
      const drawn = picture(line, this.#run.emitted.values(), span);
      slot(byId(`picture-${line.name}`), "picture").replaceChildren(drawn);
    }
    if (this.#run.background.length) {
      this.#say(gettext("This tab was in the background for a while: those samples are excluded."), "warning");
    }
  }

  #show() {
    this.#rows = this.#run.rows();
    for (const row of this.#rows) this.#showCard(row);
    this.#charts.show(this.#run, this.#rows);
    const progress = gettext("%(sent)s of %(events)s events sent");
    byId("lab-progress").textContent = fill(progress, { sent: this.#run.sent, events: this.#run.events });
    for (const [key, , say] of figures()) {
      for (const row of this.#rows) byId(`cell-${key}-${row.transport}`).textContent = say(row[key]);
    }
    const sentences = this.#run.state === "finished" ? meaning(this.#rows, this.#run.plan) : [];
    byId("lab-meaning").hidden = !sentences.length;
    slot(byId("lab-meaning"), "sentences").replaceChildren(
      ...sentences.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
    );
  }

  #showCard(row) {
    const card = byId(`card-${row.transport}`);
    card.dataset.state = row.state;
    setText(slot(card, "state"), stateWord(row.state));
    slot(card, "p50").textContent = ms(row.p50);
    slot(card, "tails").textContent = fill(gettext("p95 %(p95)s · p99 %(p99)s"), { p95: ms(row.p95), p99: ms(row.p99) });
    slot(card, "received").textContent = `${whole(row.received)} / ${whole(row.expected)}`;
    slot(card, "requests").textContent = whole(row.requests);
    slot(card, "wire").textContent = whole(row.wire_bytes);
    slot(card, "per").textContent = whole(row.bytes_per_event);
  }

  #clock() {
    const { offset, error } = this.#run.clock;
    const text = gettext("Server clock %(offset)s ahead, ± %(error)s. The first 2 s are not in the latencies. Protocol: %(version)s.");
    return fill(text, { offset: ms(offset), error: ms(error), version: httpVersion() });
  }

  #table() {
    const rows = figures().map(([key, words]) => {
      const row = document.createElement("tr");
      row.append(Object.assign(document.createElement("th"), { scope: "row", textContent: words }));
      for (const name of NAMES) {
        row.append(Object.assign(document.createElement("td"), { id: `cell-${key}-${name}`, textContent: "–" }));
      }
      return row;
    });
    byId("lab-rows").replaceChildren(...rows);
  }

  #fillForm() {
    const query = new URLSearchParams(location.search);
    for (const name of FIELDS) if (query.has(name)) byId(`lab-${name}`).value = query.get(name);
  }

  #buttons(state) {
    document.querySelector("[data-lab]").dataset.lab = state;
    const running = state === "running";
    byId("lab-start").disabled = running;
    byId("lab-stop").disabled = !running;
    for (const id of ["lab-json", "lab-csv"]) byId(id).disabled = state !== "finished";
    byId("lab-reset").disabled = running;
    for (const name of FIELDS) byId(`lab-${name}`).disabled = running;
  }

  #say(text, kind = "error") {
    const notice = byId("lab-notice");
    notice.className = `notice ${kind}`;
    setText(notice, text);
  }

  #save(kind, text) {
    const type = { json: "application/json", csv: "text/csv" }[kind];
    const url = URL.createObjectURL(new Blob([text], { type }));
    Object.assign(document.createElement("a"), { href: url, download: `transport-lab.${kind}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  async #copy() {
    const query = new URLSearchParams(FIELDS.map((name) => [name, byId(`lab-${name}`).value]));
    const url = `${location.origin}${location.pathname}?${query}`;
    try {
      await navigator.clipboard.writeText(url);
      this.#say(gettext("Link copied."), "info");
    } catch {
      this.#say(url, "info");
    }
  }
}

const httpVersion = () => performance.getEntriesByType("navigation")[0]?.nextHopProtocol ?? "";

/** Turn a toggle button over; what it is then. */
function press(button) {
  const pressed = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", pressed);
  return pressed;
}

new LabPage();
