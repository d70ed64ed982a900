/** The lab's page: the form starts a run, and what the run finds is shown once a second. */
import { request } from "../client/requests.js";
import { browser } from "../client/env.js";
import { byId, setText } from "../views/dom.js";
import { fill, gettext, language } from "../views/text.js";
import { Charts } from "./charts.js";
import { Form } from "./form.js";
import { decimal, figures, ms, NAMES } from "./names.js";

const REFRESH = 1_000;
const BUSY = 429;
const chart = (name) => ({ canvas: byId(`${name}-chart`), status: byId(`${name}-status`) });
const lab = document.querySelector("[data-lab]");

class LabPage {
  #config = JSON.parse(byId("lab-config").textContent);
  #form = new Form();
  #charts = new Charts(chart("latency"), chart("bytes"));
  #loaded;
  #run;
  #timer;
  #rows = [];

  constructor() {
    this.#table();
    byId("lab-form").addEventListener("submit", (event) => (event.preventDefault(), this.#start()));
    const on = (id, run) => byId(id).addEventListener("click", run);
    on("lab-pause", () => this.#pause());
    on("lab-stop", () => this.#stop());
    on("lab-reset", () => location.assign(location.pathname));
    on("lab-other", () => this.#stopOther());
    on("lab-json", () => this.#save("json", JSON.stringify(this.results(), null, 2)));
    on("lab-csv", () => this.#save("csv", this.#loaded.csv(this.#rows)));
    on("lab-link", () => this.#copy());
    on("lab-log", () => this.#charts.logarithmic(press(byId("lab-log"))));
    for (const [index, name] of NAMES.entries()) {
      const button = byId(`line-${name}`);
      button.addEventListener("click", () => this.#charts.toggle(index, press(button)));
    }
    byId("lab-clock").textContent = protocol();
    this.#turn(lab.dataset.lab);
  }

  /** What the exports say. */
  results() {
    const { clock, plan, native, sent, background } = this.#run;
    return {
      plan,
      native,
      sent,
      clock_error_ms: clock.error,
      http_version: httpVersion(),
      background: background.length,
      transports: this.#rows,
    };
  }

  async #start() {
    this.#say("");
    this.#turn("checking");
    for (const id of ["lab-meaning", "lab-timeline", "lab-pictures"]) byId(id).hidden = true;
    byId("lab-progress").textContent = gettext("Setting the clock …");
    try {
      this.#loaded ??= await import("./apart/running.js");
      const over = () => this.#ended().catch((error) => this.#failed(error));
      this.#run = new this.#loaded.Run(this.#config, this.#form.read(), over);
      await this.#run.start();
    } catch (error) {
      this.#failed(error);
      return;
    }
    this.#turn("running");
    byId("lab-clock").textContent = `${this.#clock()} ${protocol()}`;
    this.#tick();
  }

  #tick = () => {
    this.#show();
    this.#timer = setTimeout(this.#tick, REFRESH);
  };

  async #pause() {
    await this.#run.pause(!this.#run.paused);
    if (this.#run.state === "running") this.#show();
  }

  async #stop() {
    byId("lab-stop").disabled = byId("lab-pause").disabled = true;
    await this.#run.stop();
  }

  /** End the run that another page of this user has begun. */
  async #stopOther() {
    const { run, stop, csrf_cookie: csrf } = this.#config;
    const { topic } = await request(browser(), run);
    await request(browser(), stop, { body: { topic }, csrf });
    this.#say("");
    this.#turn("idle");
  }

  async #ended() {
    clearTimeout(this.#timer);
    this.#show();
    const { showEnding } = await import("./apart/ending.js");
    showEnding(this.#run, this.#rows);
    this.#turn("finished");
  }

  #show() {
    const run = this.#run;
    if (run.state === "running") this.#turn(run.paused ? "paused" : "running");
    this.#rows = run.rows();
    for (const row of this.#rows) this.#loaded.showCard(row, run);
    this.#charts.show(run, this.#rows);
    const progress = gettext("%(sent)s of %(events)s events sent");
    byId("lab-progress").textContent = fill(progress, { sent: run.sent, events: run.events });
    for (const [key, , say] of figures()) {
      for (const row of this.#rows) byId(`cell-${key}-${row.transport}`).textContent = say(row[key]);
    }
    if (run.background.length) this.#say(background(run.background), "warning");
  }

  #failed(error) {
    this.#say(error.detail ?? String(error), "error");
    this.#turn(error.status === BUSY ? "busy" : "idle");
    byId("lab-progress").textContent = "";
  }

  #clock() {
    const { clock, warmUp } = this.#run;
    const text = gettext("Server clock %(offset)s ahead, ± %(error)s. The first %(seconds)s s are not in the latencies.");
    return fill(text, { offset: ms(clock.offset), error: ms(clock.error), seconds: decimal(warmUp / 1_000) });
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

  /** idle, checking, running, paused, finished, busy, or wsgi where nothing can be started. */
  #turn(state) {
    lab.dataset.lab = state;
    const running = state === "running" || state === "paused";
    const working = running || state === "checking";
    byId("lab-start").disabled = working || state === "wsgi";
    byId("lab-stop").disabled = byId("lab-pause").disabled = !running;
    const { firstElementChild: resting, lastElementChild: going } = byId("lab-pause");
    resting.hidden = state === "paused";
    going.hidden = state !== "paused";
    for (const id of ["lab-json", "lab-csv"]) byId(id).disabled = state !== "finished";
    byId("lab-reset").disabled = working;
    byId("lab-other").hidden = state !== "busy";
    this.#form.disable(working);
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
    const url = this.#form.link();
    try {
      await navigator.clipboard.writeText(url);
      this.#say(gettext("Link copied."), "info");
    } catch {
      this.#say(url, "info");
    }
  }
}

const httpVersion = () => performance.getEntriesByType("navigation")[0]?.nextHopProtocol ?? "";

/** The version of HTTP, and what it means for four connections at once. */
function protocol() {
  const version = httpVersion();
  const text = fill(gettext("Protocol: %(version)s."), { version: version || "–" });
  const few = gettext("It lets a browser open six connections to one server; the lab takes up to four of them.");
  return version.startsWith("http/1") ? `${text} ${few}` : text;
}

function background(spans) {
  const time = new Intl.DateTimeFormat(language(), { timeStyle: "medium" });
  const until = (to) => (to === Infinity ? gettext("now") : time.format(to));
  const when = spans.map(([from, to]) =>
    fill(gettext("from %(from)s to %(to)s"), { from: time.format(from), to: until(to) }),
  );
  const text = gettext("This tab was in the background %(when)s; those samples are excluded.");
  return fill(text, { when: when.join(", ") });
}

/** Turn a toggle button over; what it is then. */
function press(button) {
  const pressed = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", pressed);
  return pressed;
}

new LabPage();
