/** The operators' page: figures and connections are asked for again and again while it is seen. */
import { browser } from "../../client/env.js";
import { request } from "../../client/requests.js";
import { byId, slot } from "../../views/dom.js";
import { rows, write } from "./rows.js";
import { Trace } from "./trace.js";

const REFRESH = 2_000;
const SLOWER = 10_000; // after a failure

export class OperatorsPage {
  #config = JSON.parse(byId("operators-config").textContent);
  #query = Object.fromEntries(
    [...new URLSearchParams(location.search)].filter(([name]) => name === "user"),
  );
  #notices;
  #timer;
  #paused = false;
  #asking = false;
  #failing = false;
  #trace;

  constructor({ notices }) {
    this.#notices = notices;
    if (byId("trace")) this.#trace = new Trace((cursor) => this.#traced(cursor));
  }

  /** The client is there. */
  started() {
    const button = byId("operators-pause");
    button.hidden = false;
    button.addEventListener("click", () => {
      this.#paused = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", this.#paused);
      this.#plan(0);
    });
    document.addEventListener("visibilitychange", () => this.#plan(0));
    this.#plan(REFRESH);
  }

  sees() {
    return false;
  }

  /** The inbox has changed: no matter here. */
  render() {}

  pause() {}

  #plan(ms) {
    clearTimeout(this.#timer);
    if (!this.#paused && !document.hidden) this.#timer = setTimeout(() => this.#refresh(), ms);
  }

  async #refresh() {
    if (this.#asking) return;
    this.#asking = true;
    let next = REFRESH;
    try {
      const query = new URLSearchParams(this.#query);
      const state = await request(browser(), `${this.#config.api}?${query}`);
      if (!this.#paused) this.#show(state);
      if (this.#failing) this.#notices.clear();
      this.#failing = false;
    } catch (error) {
      next = Math.max(SLOWER, error.retryAfter);
      // Said once, however long it lasts.
      if (!this.#failing) this.#notices.failed(this.#config.failed, error, () => this.#plan(0));
      this.#failing = true;
    } finally {
      this.#asking = false;
      this.#plan(next);
    }
  }

  #show({ updated, totals, processes, failures, connections, line }) {
    byId("updated").textContent = updated;
    byId("line").textContent = line;
    byId("no-processes").hidden = processes.length > 0;
    byId("no-failures").hidden = failures.length > 0;
    write(byId("totals"), totals.shown);
    rows("processes", "process-template", processes, (row, { silent }) =>
      row.toggleAttribute("data-silent", silent),
    );
    rows("failures", "failure-template", failures);
    this.#trace?.connections(connections);
    rows("connections", "connection-template", connections, (row, each) => this.#end(row, each));
  }

  #traced(cursor) {
    const query = cursor ? { ...this.#query, after: cursor } : this.#query;
    return request(browser(), `${this.#config.trace}?${new URLSearchParams(query)}`);
  }

  #end(row, { id, user, shown }) {
    const link = slot(row, "end");
    if (!link) return;
    const query = new URLSearchParams(user === null ? { connection: id } : { connection: id, user });
    link.href = `${this.#config.disconnect}?${query}`;
    slot(link, "end-who").textContent = shown.who;
  }
}
