/** The saved views beside the list, as another page of the reader has changed them. */
import { byId } from "../../views/dom.js";
import { fill, gettext } from "../../views/text.js";

/** `views` are all there are: `{id, name, query}`; `page` is the inbox's address. */
export function showSaved(views, page) {
  const nav = byId("saved");
  const rows = views.map(({ id, name, query }) => {
    const row = nav.querySelector("template").content.firstElementChild.cloneNode(true);
    const form = row.querySelector("form");
    const remove = fill(gettext("Remove the view %(name)s"), { name });
    row.querySelector("[dir]").textContent = name;
    row.querySelector("a").href = `${page}?${query}`;
    form.action = form.action.replace("/0/", `/${id}/`);
    form.querySelector("button").setAttribute("aria-label", remove);
    return row;
  });
  nav.querySelector("ul").replaceChildren(...rows);
  nav.hidden = !rows.length;
}
