/** What a note asks of the server, beside what the client does for all pages. */
import { browser } from "../../client/env.js";
import { request } from "../../client/requests.js";

const config = () => JSON.parse(document.getElementById("noticeboard-config").textContent);

/** POST a body as JSON. Rejects with RequestError. */
export const post = (address, body) => request(browser(), address, { body, csrf: config().csrf_cookie });

/**
 * The part of a page that shows a notification: the text of its HTML, also where it says that there
 * is none. Rejects if there is no answer.
 */
export async function fragment(address) {
  const answer = await fetch(`${address}pane/`, { cache: "no-store", redirect: "manual" });
  // Signed out: the page itself leads to the log-in and back.
  if (answer.type === "opaqueredirect") location.assign(address);
  if (answer.ok || answer.status === 404) return answer.text();
  throw new Error(String(answer.status));
}
