/** What arrives, shown for some seconds in a corner; what is critical until it is closed. */
const LIFE = { success: 8_000, warning: 12_000, critical: Infinity };
const SHOWN = 3;

/** A toast for the item in the bell's own tree, which its voice tells of already. */
export function arrived(root, { urls }, item) {
  const life = LIFE[item.level];
  const box = root.getElementById("toasts");
  if (!life || box.childElementCount >= SHOWN) return;
  const toast = box.nextElementSibling.content.firstElementChild.cloneNode(true);
  const link = toast.querySelector("a");
  link.textContent = item.title || item.text.slice(0, 80);
  link.href = urls.detail.replace("/0/", `/${item.id}/`);
  for (const mark of toast.querySelectorAll("[data-level]")) mark.hidden = mark.dataset.level !== item.level;
  toast.querySelector("button").addEventListener("click", () => drop(box, toast));
  box.hidden = false;
  if (box.popover && !box.matches(":popover-open")) box.showPopover();
  box.append(toast);
  if (life < Infinity) age(box, toast, life);
}

/** Not while it is looked at. */
function age(box, toast, ms) {
  setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) age(box, toast, 1000);
    else drop(box, toast);
  }, ms);
}

function drop(box, toast) {
  const root = box.getRootNode();
  if (toast.contains(root.activeElement)) root.querySelector("[part=button]").focus();
  toast.remove();
  if (box.childElementCount) return;
  if (box.popover) box.hidePopover();
  box.hidden = true;
}
