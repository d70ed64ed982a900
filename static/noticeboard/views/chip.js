/** The connection chip: the state in a word, the rest in a panel, and the choice of a transport. */
import { byId, setIcon, slot } from "./dom.js";
import { fill, gettext, ngettext } from "./text.js";
import { clock } from "./time.js";

const FLICKER = 2_000; // shorter losses are not shown
const ICONS = {
  connecting: "loader-circle",
  live: "zap",
  delayed: "timer",
  reconnecting: "refresh-cw",
  offline: "wifi-off",
  paused: "pause",
  stale: "hourglass",
  "signed-out": "user-x",
};

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
  #panel = byId("connection-panel");
  #select = byId("transport");
  #client;
  #paused = false;
  #shown;
  #timer;
  #since = Date.now();
  #lastEvent = null;
  #waiting = 0;

  /** `pollSeconds` for the words; `onPause(paused)` when the reader stops or goes on. */
  constructor(client, { pollSeconds, onPause }) {
    this.#client = client;
    this.pollSeconds = pollSeconds;
    this.onPause = onPause;
    this.#root.hidden = false;
    slot(this.#root, "chip").addEventListener("click", () => this.#toggle(this.#panel.hidden));
    slot(this.#root, "reconnect").addEventListener("click", () => client.reconnect());
    slot(this.#root, "pause").addEventListener("click", () => this.#pause(!this.#paused));
    this.#select.addEventListener("change", () => client.use(this.#select.value));
    this.#closeOutside();
    this.update();
  }

  get paused() {
    return this.#paused;
  }

  /** The client's state has changed; short losses stay invisible. */
  update() {
    const { state } = this.#client;
    const brief = state === "connecting" || state === "reconnecting";
    if (!brief) return this.#show(state);
    this.#timer ??= setTimeout(() => this.#show(this.#client.state), FLICKER);
    this.#facts();
  }

  /** An event has come. */
  heard() {
    this.#lastEvent = Date.now();
    this.#facts();
  }

  /** How many notifications are held back while paused. */
  waiting(count) {
    this.#waiting = count;
    if (this.#paused) this.#facts();
  }

  #show(state) {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const shown = this.#paused && (state === "live" || state === "delayed") ? "paused" : state;
    if (shown !== this.#shown) this.#since = Date.now();
    this.#shown = shown;
    const chip = slot(this.#root, "chip");
    chip.dataset.state = shown;
    setIcon(chip, ICONS[shown] ?? ICONS.connecting);
    slot(this.#root, "word").textContent = this.#word(shown);
    slot(this.#root, "headline").textContent = this.#word(shown);
    this.#facts();
  }

  #facts() {
    // On a shared connection another page may have chosen.
    this.#select.value = this.#client.choice ?? this.#select.value;
    const transport = transportName(this.#client.transport);
    const word = this.#word(this.#shown);
    const up = ["live", "delayed", "paused"].includes(this.#shown);
    const name = up ? gettext("Connection: %(word)s via %(transport)s") : gettext("Connection: %(word)s");
    slot(this.#root, "chip").setAttribute("aria-label", fill(name, { word, transport }));
    slot(this.#root, "chip").dataset.transport = this.#client.transport;
    slot(this.#root, "detail").textContent = this.#detail();
    slot(this.#root, "transport").textContent = transport;
    slot(this.#root, "since").textContent = clock(this.#since);
    slot(this.#root, "last").textContent = this.#lastEvent ? clock(this.#lastEvent) : "–";
  }

  #word(state) {
    return {
      connecting: gettext("Connecting…"),
      live: gettext("Live"),
      delayed: gettext("Delayed"),
      reconnecting: gettext("Reconnecting…"),
      offline: gettext("Offline"),
      paused: gettext("Paused"),
      stale: gettext("Out of date"),
      "signed-out": gettext("Signed out"),
    }[state] ?? gettext("Connecting…");
  }

  #detail() {
    const { attempt, retryAt } = this.#client;
    const last = clock(this.#lastEvent ?? this.#since);
    const seconds = Math.max(1, Math.ceil(((retryAt ?? 0) - Date.now()) / 1000));
    return {
      live: gettext("Updates arrive instantly."),
      delayed: fill(
        gettext("Your network blocks live connections. Checking every %(seconds)s s."),
        { seconds: this.pollSeconds },
      ),
      reconnecting: retryAt
        ? fill(gettext("Trying again in %(seconds)s s (attempt %(attempt)s)."), { seconds, attempt })
        : gettext("Trying again."),
      offline: fill(gettext("You're offline. Showing notifications from %(time)s."), { time: last }),
      paused: fill(ngettext("%(count)s waiting.", "%(count)s waiting.", this.#waiting), { count: this.#waiting }),
      stale: fill(gettext("Last update %(time)s"), { time: last }),
      "signed-out": gettext("Sign in to keep receiving notifications."),
    }[this.#shown] ?? "";
  }

  #pause(paused) {
    this.#paused = paused;
    const button = slot(this.#root, "pause");
    button.setAttribute("aria-pressed", paused);
    setIcon(button, paused ? "play" : "pause");
    this.#show(this.#client.state);
    this.onPause(paused);
  }

  #toggle(open) {
    this.#panel.hidden = !open;
    slot(this.#root, "chip").setAttribute("aria-expanded", open);
    if (open) this.#facts();
  }

  #closeOutside() {
    document.addEventListener("click", (event) => {
      if (!this.#root.contains(event.target)) this.#toggle(false);
    });
    this.#root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.#panel.hidden) return;
      this.#toggle(false);
      slot(this.#root, "chip").focus();
    });
  }
}
