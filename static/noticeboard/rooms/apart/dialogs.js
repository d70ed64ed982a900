/** The dialogs of a room. The browser keeps the focus in them and gives it back. */
import { byId, slot } from "../../views/dom.js";
import { gettext } from "../../views/text.js";

/** Open a dialog whose buttons end it: a promise of the value of the one that did, "" for Esc. */
function open(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}

/** Whether `text` was agreed to by a button that says `word`. */
export async function agreed(text, word) {
  const dialog = byId("ask");
  slot(dialog, "text").textContent = text;
  slot(dialog, "yes").textContent = word;
  return (await open(dialog)) === "yes";
}

/** Why a post is reported, or null if it is not. */
export async function reason() {
  const dialog = byId("report");
  const { reason: area } = dialog.querySelector("form").elements;
  area.value = "";
  return (await open(dialog)) === "yes" ? area.value.trim() : null;
}

/** The keys, and whether those of one letter work. */
export async function showKeys(on) {
  const box = byId("letters");
  box.checked = on;
  await open(byId("keys"));
  return box.checked;
}

/** Copy an address; where the browser does not let us, show it. */
export async function copyLink(url) {
  try {
    await navigator.clipboard.writeText(url);
    return true;
  } catch {
    await showLink(url);
    return false;
  }
}

/** Show an address to be copied. `renew()` gives a promise of another that takes its place. */
export async function showLink(url, renew) {
  const dialog = byId("link");
  const field = byId("link-field");
  const state = slot(dialog, "state");
  const put = (address, text = "") => {
    field.value = address;
    field.select();
    state.textContent = text;
  };
  const again = slot(dialog, "renew");
  for (const element of dialog.querySelectorAll("[data-screen]")) element.hidden = !renew;
  again.onclick = () =>
    renew()
      .then((address) => put(address, gettext("This is the new link. The old one has ended.")))
      .catch((error) => put(field.value, error.message));
  slot(dialog, "copy").onclick = async () => {
    field.select();
    const copied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
    state.textContent = copied ? gettext("Link copied.") : gettext("Press Ctrl+C to copy.");
  };
  const closed = open(dialog);
  put(url);
  await closed;
}
