/** One notification as a row: the element of `_item.html`, filled from an item of the store. */
import { setIcon, setText, slot, stamp } from "./dom.js";
import { fill, gettext, heading, level } from "./text.js";
import { setTime } from "./time.js";

const shown = new WeakMap(); // what a row was written from

/** Make the row of `item`; `address` is where its title leads. */
export function create(item, address) {
  const row = stamp("item-template");
  const { id } = item;
  row.dataset.id = id;
  row.setAttribute("aria-labelledby", `title-${id}`);
  row.setAttribute("aria-describedby", `meta-${id} body-${id}`);
  slot(row, "title").id = `title-${id}`;
  slot(row, "title").setAttribute("href", address);
  slot(row, "text").id = `body-${id}`;
  row.querySelector(".item-meta").id = `meta-${id}`;
  slot(row, "do").value = id;
  slot(row, "changes").setAttribute("href", `${address}#changes`);
  return row;
}

/** Write what has changed of `item` into its row. */
export function update(row, item) {
  const before = shown.get(row);
  if (before && Object.keys(item).every((name) => item[name] === before[name])) return;
  shown.set(row, item);
  const { word, icon } = level(item.level);
  const title = heading(item);
  row.dataset.level = item.level;
  setIcon(slot(row, "level"), icon);
  setText(slot(row, "word"), word);
  setText(slot(row, "title"), title);
  slot(row, "pick").setAttribute("aria-label", fill(gettext("Select: %(title)s"), { title }));
  setText(slot(row, "text"), item.title ? item.text : "");
  setText(slot(row, "room"), item.room ? `#${item.room}` : "");
  setText(slot(row, "sender"), item.sender);
  timed(row, "edited", "edited-at", item.edited_at);
  timed(row, "ends", "expires", item.expires_at);
  setTime(slot(row, "time"), item.published_at);
  row.toggleAttribute("data-unread", item.unread);
  slot(row, "unread").hidden = !item.unread;
  turn(row, Boolean(item.receipt?.done_at));
}

/** Say in its row that a notification was withdrawn; nothing can be done with it any more. */
export function withdraw(row) {
  row.dataset.gone = "";
  setText(slot(row, "text"), gettext("This notification was withdrawn"));
  slot(row, "pick").hidden = true;
  row.querySelector(".item-actions").hidden = true;
}

function timed(row, name, part, iso) {
  slot(row, name).hidden = !iso;
  if (iso) setTime(slot(row, part), iso);
}

/** What is done can be moved back, by the same button. */
function turn(row, done) {
  const button = slot(row, "do");
  const [name, icon, text] = done
    ? ["undone", "undo-2", gettext("Move to inbox")]
    : ["done", "check", gettext("Done")];
  if (button.dataset.do === name) return;
  button.dataset.do = name;
  button.formAction = button.formAction.replace(/\/[a-z]+\/$/, `/${name}/`);
  setIcon(button, icon);
  button.title = text;
  button.setAttribute("aria-label", text);
}
