/** The preferences as they are now, after events were missed. */
import { browser } from "../../client/env.js";
import { request } from "../../client/requests.js";
import { take } from "../mine.js";

/** Without an answer those that are known hold: the next reset, or page, asks again. */
export async function again(url) {
  try {
    take((await request(browser(), url)).preferences);
  } catch (error) {
    console.warn(error);
  }
}
