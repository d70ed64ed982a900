/** Tells a screen reader what has come, in one sentence for all that came within some seconds. */
import { form } from "./words.js";

const PAUSE = 3_000; // ms
const spoken = new WeakSet(); // items that another bell of the page tells of

export class Voice {
  #element;
  #words;
  #count = 0;
  #timer;

  constructor(element, words) {
    this.#element = element;
    this.#words = words;
  }

  arrived(item) {
    // A page of ours has a voice of its own.
    if (spoken.has(item) || document.getElementById("polite")) return;
    spoken.add(item);
    this.#count += 1;
    this.#timer ??= setTimeout(() => this.#say(), PAUSE);
  }

  #say() {
    this.#element.textContent = form(this.#words, this.#count);
    this.#count = 0;
    this.#timer = undefined;
  }
}
