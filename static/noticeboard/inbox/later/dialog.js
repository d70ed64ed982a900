/** Dialogs made when they are asked for. The browser keeps the focus in them and gives it back. */
import { byId } from "../../views/dom.js";
import { gettext } from "../../views/text.js";
import { make } from "./make.js";

/**
 * Show a dialog of `parts` between a title and two buttons: a promise of whether it ended with the
 * one that says `yes`. Without `yes` there is only the one that closes it.
 */
export function dialog({ title, yes, no = gettext("Cancel") }, ...parts) {
  const heading = make("h2", { id: "dialog-title" }, title);
  const buttons = make("p", { className: "buttons" });
  if (yes) buttons.append(make("button", { className: "button primary", value: "yes" }, yes));
  buttons.append(make("button", { className: "button", value: "", formNoValidate: true }, no));
  const form = make("form", { method: "dialog" }, heading, ...parts, buttons);
  const root = make("dialog", { className: "dialog", "aria-labelledby": heading.id }, form);
  byId("main").append(root);
  root.showModal();
  return new Promise((resolve) => {
    root.addEventListener("close", () => {
      root.remove();
      resolve(root.returnValue === "yes");
    });
  });
}
