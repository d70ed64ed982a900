/** Which of a notification's buttons make sense now. */
import { setHidden } from "./dom.js";

/** Show those of `item`; the focus goes from one that leaves to its opposite. `now` in ms. */
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
