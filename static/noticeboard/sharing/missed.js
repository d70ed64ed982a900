/** What a page has missed since its cursor, by polls. */
import { position } from "../client/cursor.js";
import { request } from "../client/requests.js";

/** Answers, the last of which reaches `end`. Throws where the server does not know that far yet. */
export async function* missed({ env, options: { url, topics } }, cursor, end) {
  const address = new URL(url.poll, env.base);
  for (const topic of topics) address.searchParams.append("topic", topic);
  do {
    if (cursor) address.searchParams.set("after", cursor);
    const answer = await request(env, address.href);
    yield answer;
    // Another process may be a moment behind the one that was heard.
    if (answer.cursor === cursor && position(cursor) < position(end)) throw new Error("behind");
    cursor = answer.cursor;
  } while (position(cursor) < position(end));
}
