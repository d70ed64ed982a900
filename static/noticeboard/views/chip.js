/** The connection chip: the state in a word and an icon; its panel is loaded when it may be used. */
import { byId, setIcon, slot } from "./dom.js";
import { atFirstSign } from "./signs.js";
import { fill, gettext } from "./text.js";

const FLICKER = 2_000; // shorter losses are not shown
const SAMPLES = 20;
const BRIEF = ["connecting", "reconnecting"];
const UP = ["live", "delayed", "paused"];
const ICONS = {
  connecting: "loader-circle",
  live: "zap",
  delayed: "timer",
  reconnecting: "refresh-cw",
  offline: "wifi-off",
  paused: "pause",
  stale: "hourglass",
  "signed-out": "user-x",
  update: "arrow-up",
};

/** A state in a word. */
const word = (state) =>
  ({
    live: gettext("Live"),
    delayed: gettext("Delayed"),
    reconnecting: gettext("Reconnecting…"),
    offline: gettext("Offline"),
    paused: gettext("Paused"),
    stale: gettext("Out of date"),
    "signed-out": gettext("Signed out"),
    update: gettext("Refresh needed"),
  })[state] ?? gettext("Connecting…");

/** The name of a transport for people. */
export const transportName = (name) =>
  ({
    websocket: gettext("WebSocket"),
    sse: gettext("Server-sent events"),
    longpoll: gettext("Long polling"),
    poll: gettext("Polling"),
  })[name] ?? "–";

export class Chip {
  #root = byId("connection");
  #chip = slot(this.#root, "chip");
  #pause = slot(this.#root, "pause");
  #panel;
  #timer;

  // What the panel shows.
  paused = false;
  waitingCount = 0;
  since = Date.now();
  lastEvent = null;
  delays = []; // of the newest events, in ms

  /** `pollSeconds` for the words; `onPause(paused)` when the reader stops or goes on. */
  constructor(client, options) {
    Object.assign(this, { client, options });
    // When the connection is lost it may be too late.
    atFirstSign(() => this.#load().catch(() => {}));
    this.#chip.addEventListener("click", () => this.#open());
    this.#pause.addEventListener("click", () => this.#stop(!this.paused));
    this.update();
  }

  get word() {
    return word(this.state);
  }

  /** The client's state has changed; short losses stay invisible. */
  update() {
    const { state } = this.client;
    if (!BRIEF.includes(state)) return this.#show(state);
    this.#timer ??= setTimeout(() => this.#show(this.client.state), FLICKER);
    this.#tell();
  }

  /** An event has come. */
  heard({ time }) {
    this.lastEvent = Date.now();
    const sent = Date.parse(time);
    // What was missed took as long as the connection was away.
    if (sent >= this.client.since) this.delays = [...this.delays, this.lastEvent - sent].slice(-SAMPLES);
    this.#tell();
  }

  /** How many notifications are held back while paused. */
  waiting(count) {
    this.waitingCount = count;
    if (this.paused) this.#tell();
  }

  #stop(paused) {
    this.paused = paused;
    this.#pause.setAttribute("aria-pressed", paused);
    setIcon(this.#pause, paused ? "play" : "pause");
    this.#show(this.client.state);
    this.options.onPause(paused);
  }

  async #open() {
    try {
      (await this.#load()).toggle();
    } catch {
      // The server is away: then the panel would have been opened for this.
      this.client.reconnect();
    }
  }

  #show(state) {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const shown = this.paused && UP.includes(state) ? "paused" : state;
    if (shown !== this.state) this.since = Date.now();
    this.state = shown;
    this.#root.hidden = false;
    this.#chip.dataset.state = shown;
    setIcon(this.#chip, ICONS[shown] ?? ICONS.connecting);
    slot(this.#root, "word").textContent = this.word;
    this.#tell();
  }

  #tell() {
    const transport = transportName(this.client.transport);
    const up = UP.includes(this.state);
    const name = up ? gettext("Connection: %(word)s via %(transport)s") : gettext("Connection: %(word)s");
    this.#chip.setAttribute("aria-label", fill(name, { word: this.word, transport }));
    this.#chip.dataset.transport = this.client.transport;
    this.#panel?.then((panel) => panel.show());
  }

  #load() {
    this.#panel ??= import("./apart/panel.js").then(
      ({ Panel }) => new Panel(this, this.#root),
      (error) => {
        this.#panel = undefined;
        throw error;
      },
    );
    return this.#panel;
  }
}
