/** The setup page: measures what the server cannot, shows what is found, and sends a notification. */
import { browser } from "../../client/env.js";
import { request } from "../../client/requests.js";
import { transportName } from "../../views/chip.js";
import { byId, setText, slot } from "../../views/dom.js";
import { fill, gettext } from "../../views/text.js";
import { copy } from "./copy.js";
import { idle, page, secure, ticks, upgrade } from "./measure.js";
import { measuring, show, summarize } from "./steps.js";

const PATIENCE = 20_000; // a notification that has not come by then will not be waited for

// What each finding is measured by; of the others the server knows everything.
const BY = {
  server: [ticks],
  buffering: [ticks],
  websocket: [upgrade],
  idle: [idle],
  secure: [secure],
  static: [page],
  policy: [page],
};
const AT_ONCE = Object.keys(BY).filter((id) => id !== "idle");

export class SetupPage {
  #env = browser();
  #config = JSON.parse(byId("setup-config").textContent);
  #measured = {};
  #came = new Map();
  #awaited;

  constructor({ live, announcer, page: address, csrf }) {
    Object.assign(this, { live, announcer, address, csrf });
    document.querySelector(".setup").addEventListener("click", ({ target }) => this.#clicked(target));
    byId("again").addEventListener("click", (event) => (event.preventDefault(), this.#all()));
    byId("send").addEventListener("submit", (event) => (event.preventDefault(), this.#send()));
    for (const buttons of document.querySelectorAll("[data-slot=buttons], [data-copy^=snippet]")) buttons.hidden = false;
    this.#all();
  }

  sees() {}
  pause() {}
  render() {}

  /** Every event of the page passes here: perhaps it is the one that was sent. */
  heard({ type, data }) {
    if (type !== "notification.created") return;
    this.#came.set(data.id, performance.now());
    this.#arrived();
  }

  #clicked(target) {
    const { check, copy: id } = target.closest("button")?.dataset ?? {};
    if (check) this.#check([check], true);
    if (id) copy(target.closest("button"), byId(id), this.announcer);
  }

  async #all() {
    await this.#check(AT_ONCE);
    await this.#check([...document.querySelectorAll("[data-id]")].map(({ dataset }) => dataset.id).filter((id) => !BY[id]));
    await this.#check(["idle"]);
  }

  /** Measure what these findings need, and show what the server says to it. */
  async #check(ids, told = false) {
    for (const id of ids) measuring(id);
    try {
      const keys = await request(this.#env, this.#config.url);
      await this.#measure(new Set(ids.flatMap((id) => BY[id] ?? [])), keys);
      const body = { measured: this.#measured, only: ids };
      // Not taken apart here: the minifier would put that before the line above.
      const answer = await request(this.#env, this.#config.url, { body, csrf: this.csrf });
      for (const finding of answer.findings) show(finding);
      if (told) for (const { title, word, words } of answer.findings) this.announcer.say(`${title}: ${word}. ${words}`);
    } catch (error) {
      const words = fill(gettext("Couldn't check: %(why)s"), { why: error.detail ?? error.message });
      for (const id of ids) show({ id, words, state: "skipped", word: gettext("Skipped") });
      if (told) this.announcer.say(words);
    }
    summarize(byId("summary"));
  }

  async #measure(how, keys) {
    const given = { ...keys, module: this.#config.module, page: this.address };
    for (const measure of how) {
      Object.assign(this.#measured, await measure(measure === upgrade ? "/ws/" : given));
    }
  }

  async #send() {
    const sent = performance.now();
    this.#say(gettext("Sending…"));
    try {
      const { id } = await request(this.#env, this.#config.send, { body: {}, csrf: this.csrf });
      this.#awaited = { id, sent };
      this.#arrived();
      setTimeout(() => this.#late(id), PATIENCE);
    } catch (error) {
      this.#say(fill(gettext("Couldn't send: %(why)s"), { why: error.detail ?? error.message }), "failed");
    }
  }

  /** One clock: from the click until it is here. */
  #arrived() {
    const { id, sent } = this.#awaited ?? {};
    if (!this.#came.has(id)) return;
    this.#awaited = undefined;
    const values = {
      ms: Math.max(1, Math.round(this.#came.get(id) - sent)),
      transport: transportName(this.live.client.transport),
    };
    this.#say(fill(gettext("Arrived in %(ms)s ms over %(transport)s."), values));
  }

  #late(id) {
    if (this.#awaited?.id !== id) return;
    this.#say(gettext("It has not arrived. What was found below says why."), "failed");
  }

  #say(text, kind = "") {
    byId("arrived").dataset.kind = kind;
    setText(byId("arrived"), text);
  }
}
