/** What is drawn and said of a run that is over. */
import { byId, slot } from "../../views/dom.js";
import { meaning } from "./meaning.js";
import { extract, picture } from "./picture.js";
import { strip } from "./strip.js";

/** Fill the parts of the page that are about the whole `run`, with its results in `rows`. */
export function showEnding(run, rows) {
  const sentences = meaning(rows, run.plan);
  byId("lab-meaning").hidden = !sentences.length;
  slot(byId("lab-meaning"), "sentences").replaceChildren(
    ...sentences.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
  );
  byId("lab-pictures").hidden = byId("lab-timeline").hidden = false;
  slot(byId("lab-timeline"), "strip").replaceChildren(strip(run));
  const span = extract(run);
  for (const line of run.lines) {
    const drawn = picture(line, run.emitted.values(), span);
    slot(byId(`picture-${line.name}`), "picture").replaceChildren(drawn);
  }
}
