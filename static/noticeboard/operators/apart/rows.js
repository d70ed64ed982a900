/** Tables whose rows are known by an id, brought in line with what the server says. */
import { byId, slot, stamp } from "../../views/dom.js";

/** Bring the rows of a table in line: one that has the focus is not taken away. */
export function rows(id, template, wanted, also = () => {}) {
  const body = byId(id);
  const there = new Map([...body.children].map((row) => [row.dataset.id, row]));
  let place = body.firstElementChild;
  for (const each of wanted) {
    const row = there.get(each.id) ?? fresh(template, each.id);
    there.delete(each.id);
    write(row, each.shown);
    also(row, each);
    if (row === place) place = place.nextElementSibling;
    else body.insertBefore(row, place);
  }
  for (const row of there.values()) {
    if (row.contains(document.activeElement)) byId("heading").focus({ preventScroll: true });
    row.remove();
  }
}

/** Text into the cells of these names. */
export function write(root, shown) {
  for (const [name, text] of Object.entries(shown)) {
    const cell = slot(root, name);
    if (cell && cell.textContent !== text) cell.textContent = text;
  }
}

function fresh(template, id) {
  const made = stamp(template);
  const row = made.querySelector("tr") ?? made;
  row.dataset.id = id;
  return row;
}
