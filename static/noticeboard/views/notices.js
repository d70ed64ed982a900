/** The lines above the content: offline, signed out, could not load or save. */
import { byId, slot } from "./dom.js";
import { fill, gettext } from "./text.js";
import { clock } from "./time.js";

const REASONS = () => ({
  unreachable: gettext("The server can't be reached."),
  too_many: gettext("Too many requests. Wait a moment."),
  busy: gettext("Too many connections are open. Close one and try again."),
  unavailable: gettext("The server is busy."),
  not_found: gettext("It no longer exists."),
  expired: gettext("It has ended."),
  retracted: gettext("It was withdrawn."),
  csrf: gettext("Reload the page."),
});

/** Why something failed, in words. */
export const reason = (error) =>
  REASONS()[error.code] ?? (error.status ? error.message : REASONS().unreachable);

export class Notices {
  #offline = byId("offline");
  #signedOut = byId("signed-out");
  #failed = byId("failed");
  #announcer;
  #again = () => {};

  constructor(announcer) {
    this.#announcer = announcer;
    slot(this.#failed, "again").addEventListener("click", () => {
      this.clear();
      byId("main").focus({ preventScroll: true });
      this.#again();
    });
  }

  /** The connection's state, and since when (ms) what is shown is no longer kept up to date. */
  state(state, since) {
    const text = gettext("You're offline. Showing notifications from %(time)s.");
    slot(this.#offline, "text").textContent = fill(text, { time: clock(since) });
    this.#offline.hidden = state !== "offline";
    const out = state === "signed-out";
    if (out && this.#signedOut.hidden) this.#announcer.interrupt(gettext("You've been signed out."));
    this.#signedOut.hidden = !out;
    document.body.classList.toggle("read-only", out);
  }

  /** Something failed: what, why, and how to do it again. */
  failed(what, error, again) {
    this.#again = again;
    const text = `${what} ${reason(error)}`;
    slot(this.#failed, "text").textContent = text;
    this.#failed.hidden = false;
    this.#announcer.interrupt(text);
  }

  clear() {
    this.#failed.hidden = true;
  }
}
