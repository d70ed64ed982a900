/** The pinned posts above all others. */
import { byId, slot } from "../views/dom.js";
import { fill, ngettext } from "../views/text.js";

export function showPins(posts) {
  const root = byId("pins");
  const text = ngettext("%(count)s pinned post", "%(count)s pinned posts", posts.length);
  root.hidden = !posts.length;
  slot(root, "count").textContent = fill(text, { count: posts.length });
  root.querySelector("ul").replaceChildren(...posts.map(pin));
}

function pin({ sender, text }) {
  const [row, name, words] = ["li", "strong", "span"].map((tag) => document.createElement(tag));
  [name.dir, words.dir] = ["auto", "auto"];
  [name.textContent, words.textContent] = [sender, text];
  row.append(name, " ", words);
  return row;
}
