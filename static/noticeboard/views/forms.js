/** The page's forms, which work without JavaScript, done without leaving the page. */

/** What a submitted form asks for: `{action, ids, until, cursor}`, or null if it is not ours. */
export function asked(event) {
  const { target: form, submitter } = event;
  const address = new URL(submitter?.hasAttribute("formaction") ? submitter.formAction : form.action);
  const found = /\/inbox\/([a-z_]+)\/$/.exec(address.pathname);
  if (!found || form.method !== "post") return null;
  const data = new FormData(form, submitter);
  return {
    action: found[1],
    ids: data.getAll("ids").map(Number),
    until: data.get("until") ?? undefined,
    cursor: data.get("cursor") ?? undefined,
  };
}

/** Hand every action asked for by a form to `perform` instead of to the browser. */
export function takeForms(perform) {
  document.addEventListener("submit", (event) => {
    const wish = asked(event);
    if (!wish) return;
    event.preventDefault();
    event.target.closest("details.menu")?.removeAttribute("open");
    perform(wish);
  });
}
