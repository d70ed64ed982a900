/** What the connection chip opens: how it is, how it has been, and the ways to change it. */
import { transportName } from "../chip.js";
import { byId, slot } from "../dom.js";
import { fill, gettext, ngettext } from "../text.js";
import { clock } from "../time.js";

const SECOND = 1_000;

/** What half of the values are at most; null of none. */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? null;
}

/** How far this clock is from the server's, where that is more than a page takes to load. */
function clockOffset() {
  const config = JSON.parse(byId("noticeboard-config").textContent);
  const [{ responseStart = 0 } = {}] = performance.getEntriesByType("navigation");
  const offset = performance.timeOrigin + responseStart - Date.parse(config.snapshot.server_time);
  return Math.abs(offset) > SECOND ? offset : 0;
}

export class Panel {
  #chip;
  #root;
  #panel = byId("connection-panel");
  #select = byId("transport");
  #offset = clockOffset();
  #timer;

  constructor(chip, root) {
    this.#chip = chip;
    this.#root = root;
    const { client } = chip;
    const clicked = (name, run) => slot(root, name).addEventListener("click", run);
    clicked("reconnect", () => client.reconnect());
    clicked("refresh", () => location.reload());
    this.#select.addEventListener("change", () => client.use(this.#select.value));
    this.#closeOutside();
    this.show();
  }

  toggle(open = this.#panel.hidden) {
    this.#panel.hidden = !open;
    slot(this.#root, "chip").setAttribute("aria-expanded", open);
    clearInterval(this.#timer);
    // It counts down to the next try.
    if (open) this.#timer = setInterval(() => this.show(), SECOND);
    this.show();
  }

  /** Write all that is known, if it is looked at. */
  show() {
    // On a shared connection another page may have chosen.
    this.#select.value = this.#chip.client.choice ?? this.#select.value;
    if (this.#panel.hidden) return;
    const { client, word, since, lastEvent, delays } = this.#chip;
    const delay = median(delays);
    const texts = {
      headline: word,
      detail: this.#detail(),
      transport: transportName(client.transport),
      since: clock(since),
      last: lastEvent ? clock(lastEvent) : "–",
      delay: delay === null ? "–" : milliseconds(Math.max(0, Math.round(delay - this.#offset))),
      attempts: String(client.attempt),
    };
    for (const [name, text] of Object.entries(texts)) {
      const element = slot(this.#root, name);
      if (element.textContent !== text) element.textContent = text;
    }
    const update = this.#chip.state === "update";
    slot(this.#root, "refresh").hidden = !update;
    slot(this.#root, "reconnect").hidden = update;
  }

  #detail() {
    const { client, state, since, lastEvent, waitingCount: count, options } = this.#chip;
    const time = clock(lastEvent ?? since);
    const seconds = Math.max(1, Math.ceil(((client.retryAt ?? 0) - Date.now()) / SECOND));
    const again = gettext("Trying again in %(seconds)s s (attempt %(attempt)s).");
    const blocked = gettext("Your network blocks live connections. Checking every %(seconds)s s.");
    return {
      live: gettext("Updates arrive instantly."),
      delayed: fill(blocked, { seconds: options.pollSeconds }),
      reconnecting: client.retryAt
        ? fill(again, { seconds, attempt: client.attempt })
        : gettext("Trying again."),
      offline: fill(gettext("You're offline. Showing notifications from %(time)s."), { time }),
      paused: fill(ngettext("%(count)s waiting.", "%(count)s waiting.", count), { count }),
      stale: fill(gettext("Last update %(time)s"), { time }),
      "signed-out": gettext("Sign in to keep receiving notifications."),
      update: gettext("A new version is available. Refresh."),
    }[state] ?? "";
  }

  #closeOutside() {
    document.addEventListener("click", (event) => {
      if (!this.#panel.hidden && !this.#root.contains(event.target)) this.toggle(false);
    });
    this.#root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.#panel.hidden) return;
      this.toggle(false);
      slot(this.#root, "chip").focus();
    });
  }
}

const milliseconds = (value) =>
  new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit",
    unit: "millisecond",
  }).format(value);
