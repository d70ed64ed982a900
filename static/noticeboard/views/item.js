/** One notification as a row: the element of `_item.html`, filled from an item of the store. */
import { setHidden, setIcon, setText, slot, stamp } from "./dom.js";
import { heading, level } from "./text.js";
import { setTime } from "./time.js";

/** Make the row of `item`; `address` is where its title leads. */
export function create(item, address) {
  const row = stamp("item-template");
  row.dataset.id = item.id;
  row.setAttribute("aria-labelledby", `title-${item.id}`);
  row.setAttribute("aria-describedby", `meta-${item.id}`);
  slot(row, "title").id = `title-${item.id}`;
  slot(row, "title").setAttribute("href", address);
  row.querySelector(".item-meta").id = `meta-${item.id}`;
  for (const button of row.querySelectorAll("button")) button.value = item.id;
  return row;
}

/** Write what may have changed of `item` into its row; `now` in ms. */
export function update(row, item, now) {
  const { word, icon } = level(item.level);
  row.dataset.level = item.level;
  setIcon(slot(row, "level"), icon);
  setText(slot(row, "word"), word);
  setText(slot(row, "title"), heading(item));
  setText(slot(row, "text"), item.title ? item.text : "");
  setText(slot(row, "room"), item.room ? `#${item.room}` : "");
  setText(slot(row, "sender"), item.sender);
  slot(row, "edited").hidden = !item.edited_at;
  slot(row, "ends").hidden = !item.expires_at;
  setTime(slot(row, "time"), item.published_at);
  if (item.expires_at) setTime(slot(row, "expires"), item.expires_at);
  row.toggleAttribute("data-unread", item.unread);
  slot(row, "unread").hidden = !item.unread;
  offer(row, item, now);
}

/** Show the actions that make sense now; the focus goes from one that leaves to its opposite. */
export function offer(root, item, now) {
  const done = Boolean(item.receipt?.done_at);
  const snoozed = Date.parse(item.receipt?.snoozed_until ?? 0) > now;
  const shown = { read: item.unread, unread: !item.unread, done: !done, undone: done, unsnooze: snoozed };
  const button = (name) => root.querySelector(`button[data-do="${name}"]`);
  const wanted = Object.entries(shown).filter(([name]) => button(name));
  for (const [name, show] of wanted) if (show) button(name).hidden = false;
  const visible = () => root.querySelector("button[data-do]:not([hidden])");
  for (const [name, show] of wanted) if (!show) setHidden(button(name), true, () => opposite(name) ?? visible());
  function opposite(name) {
    const other = { read: "unread", unread: "read", done: "undone", undone: "done" }[name];
    const found = other && button(other);
    return found?.hidden === false ? found : null;
  }
}
