/** The page of the preferences: each control saves itself, and shows what another browser chose. */
import { AlertSettings } from "../../alerts/apart/settings.js";
import { byId, setHidden, slot } from "../../views/dom.js";
import { gettext } from "../../views/text.js";
import { choose, chosen } from "../../views/theme.js";
import { preferences } from "../mine.js";
import { All } from "./all.js";
import { meant, put, value, wanted } from "./controls.js";
import { Hours } from "./hours.js";
import { Saving, say } from "./saving.js";
import { end, showSilence } from "./silence.js";

export class PreferencesPage {
  #form = byId("preferences");
  #controls = [...this.#form.querySelectorAll("[data-preference]:not(:disabled)")];
  #saving;
  #all;
  #hours;
  #known = preferences();

  constructor({ announcer, csrf }) {
    this.#saving = new Saving({ url: this.#form.dataset.url, csrf, announcer });
    this.#all = [...this.#form.querySelectorAll("[data-all]")].map(
      (box) => new All(box, this.#form, (changed) => this.#saveAll(changed)),
    );
    const quiet = byId("quiet");
    this.#hours = new Hours(quiet, (hours) => this.#saveHours(quiet, hours));
    this.#hours.show(preferences().quiet);
    byId("save-all").hidden = true;
    this.#form.addEventListener("change", ({ target }) => this.#changed(target));
    this.#form.addEventListener("submit", (event) => this.#submitted(event));
    document.addEventListener("noticeboard:preferences", () => this.#told());
    new AlertSettings(this.#form.querySelector("[data-alerts]"));
    takeTheme();
    this.render();
  }

  sees() {}
  pause() {}

  /** Also once a minute: do not disturb ends by the clock. */
  render() {
    showSilence(byId("dnd"), preferences());
  }

  #changed(control) {
    if (control.dataset.preference) this.#save(control);
  }

  #save(control) {
    this.#show(control);
    const restore = (known) => this.#show(control, meant(control, known));
    this.#saving.save(rowOf(control), wanted(control), restore);
  }

  /** Several of one list in one change, each with its own word beside it. */
  #saveAll(controls) {
    for (const control of controls) this.#save(control);
  }

  #saveHours(row, quiet) {
    this.#saving.save(row, { quiet }, (known) => this.#hours.show(known.quiet));
  }

  #submitted(event) {
    const { name, value: choice } = event.submitter ?? {};
    event.preventDefault();
    if (name === "dnd") this.#silence(choice);
    if (name === "reset") this.#reset(event.submitter);
  }

  #silence(choice) {
    const change = { dnd_until: end(choice) };
    this.#saving.save(byId("dnd"), change, () => this.render());
  }

  #reset(button) {
    const control = rowOf(button).querySelector("[data-preference]");
    put(control, control.dataset.default);
    control.focus();
    this.#save(control);
  }

  /** Let a control show a value, and offer to take it back where it is not the default. */
  #show(control, text = value(control)) {
    put(control, text);
    const row = rowOf(control);
    const standard = text === control.dataset.default;
    slot(row, "default").hidden = !standard;
    setHidden(slot(row, "reset"), standard, () => control);
    for (const each of this.#all) each.show();
  }

  /** The preferences have changed: here, or in another tab or browser. */
  #told() {
    const known = preferences();
    for (const control of this.#controls) {
      const row = rowOf(control);
      if (this.#saving.busy(row) || value(control) === meant(control, known)) continue;
      this.#show(control, meant(control, known));
      elsewhere(row);
    }
    // Only what has changed: a reader may be half-way through a pair of hours.
    const { quiet, dnd_until } = this.#known;
    this.#known = known;
    const hours = byId("quiet");
    const changed = JSON.stringify(quiet) !== JSON.stringify(known.quiet);
    if (changed && !this.#saving.busy(hours) && !this.#hours.shows(known.quiet)) {
      this.#hours.show(known.quiet);
      elsewhere(hours);
    }
    if (dnd_until !== known.dnd_until && !this.#saving.busy(byId("dnd"))) elsewhere(byId("dnd"));
    this.render();
  }
}

/** The colours are this browser's, and the header has a button for them too. */
function takeTheme() {
  const choice = byId("theme-choice");
  byId("theme-row").hidden = false;
  const show = () => (choice.value = chosen());
  choice.addEventListener("change", () => choose(choice.value));
  document.addEventListener("noticeboard:theme", show);
  show();
}

const rowOf = (element) => element.closest("[data-row]");
const elsewhere = (row) => say(row, gettext("Changed elsewhere"), "elsewhere");
