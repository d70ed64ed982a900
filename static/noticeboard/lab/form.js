/** The form: what a run is asked to be, from the address and back into it. */
import { byId } from "../views/dom.js";

const NUMBERS = ["rate", "payload", "seconds", "poll_seconds", "latency", "jitter", "drop"];
const SWITCHES = ["compression", "native"];
const field = (name) => byId(`lab-${name}`);

export class Form {
  constructor() {
    const query = new URLSearchParams(location.search);
    for (const name of NUMBERS) if (query.has(name)) field(name).value = query.get(name);
    for (const name of SWITCHES) field(name).checked = ["1", "on", "true"].includes(query.get(name));
  }

  /** `plan` for the server, and `native`, which concerns the page alone. */
  read() {
    const plan = Object.fromEntries(NUMBERS.map((name) => [name, field(name).valueAsNumber]));
    const { compression, native } = Object.fromEntries(
      SWITCHES.map((name) => [name, field(name).checked]),
    );
    return { plan: { ...plan, compression }, native };
  }

  /** The address of the page with this form filled in. */
  link() {
    const query = new URLSearchParams(NUMBERS.map((name) => [name, field(name).value]));
    for (const name of SWITCHES) if (field(name).checked) query.set(name, "1");
    return `${location.origin}${location.pathname}?${query}`;
  }

  disable(disabled) {
    for (const name of [...NUMBERS, ...SWITCHES]) field(name).disabled = disabled;
  }
}
