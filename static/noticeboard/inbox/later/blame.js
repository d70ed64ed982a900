/** An error in the row that it is about. */
import { gettext } from "../../views/text.js";
import { make } from "./make.js";

export function blame(row, text, again) {
  row.querySelector(".item-error")?.remove();
  const button = make("button", { type: "button", className: "act" }, gettext("Try again"));
  const line = make("p", { className: "item-error" }, text, button);
  button.addEventListener("click", () => {
    row.focus({ preventScroll: true });
    line.remove();
    again();
  });
  row.querySelector(".item-body").append(line);
}
