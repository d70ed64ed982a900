/** The keys of the inbox, and whether those of one letter work. */
import { browser } from "../../client/env.js";
import { request } from "../../client/requests.js";
import { preferences } from "../../preferences/mine.js";
import { byId } from "../../views/dom.js";
import { gettext } from "../../views/text.js";
import { dialog } from "./dialog.js";
import { make } from "./make.js";

const keys = () => [
  [["j", "k"], gettext("Next or previous notification")],
  [["o", "Enter"], gettext("Open")],
  [["e"], gettext("Done")],
  [["Shift+I", "Shift+U"], gettext("Mark read or unread")],
  [["h"], gettext("Snooze")],
  [["a"], gettext("Acknowledge")],
  [["x", "Shift+X"], gettext("Select one, or all from the last one")],
  [["z"], gettext("Undo")],
  [["."], gettext("Show new notifications")],
  [["/"], gettext("Search")],
  [["p"], gettext("Pause live updates")],
  [["g i", "g p", "g r"], gettext("Go to the inbox, preferences, rooms")],
  [["Ctrl+Home", "Ctrl+End"], gettext("Leave the list")],
  [["Esc"], gettext("Clear the selection, then close the notification")],
  [["?"], gettext("These keys")],
];

/** Show them. Rejects if the choice could not be kept. */
export async function help() {
  const on = preferences().shortcuts !== false;
  const box = make("input", { type: "checkbox", checked: on });
  const list = make("dl", { className: "keys" });
  for (const [names, text] of keys()) {
    const marks = names.flatMap((name) => [make("kbd", {}, name), " "]);
    list.append(make("div", {}, make("dt", {}, ...marks), make("dd", {}, text)));
  }
  const choice = make("label", { className: "keys-switch" }, box, gettext("Keys of one letter work"));
  await dialog({ title: gettext("Keyboard shortcuts"), no: gettext("Close") }, list, choice);
  if (box.checked === on) return;
  const { urls, csrf_cookie: csrf } = JSON.parse(byId("noticeboard-config").textContent);
  await request(browser(), urls.preferences, { body: { shortcuts: box.checked }, csrf });
}
