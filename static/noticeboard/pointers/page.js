/** The page of the shared pointers: one's own is moved and told, the others' are shown. */
import { transportName } from "../views/chip.js";
import { byId, slot, stamp } from "../views/dom.js";
import { fill, gettext, language, ngettext } from "../views/text.js";
import { Sender } from "./sender.js";
import { Pointers } from "./store.js";

const SECOND = 1_000;
const STEP = 0.02; // of the surface, for an arrow key
const STRIDE = 0.1; // with Shift
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const EDGE = 0.75; // beyond it a name stands on the other side of its pointer

export class PointersPage {
  #topic = JSON.parse(byId("pointers-topic").textContent);
  #live;
  #stage = byId("stage");
  #own = byId("own");
  #place = { x: 0.5, y: 0.5 };
  #pointers = new Pointers(() => Date.now());
  #rows = new Map(); // id → what is shown on the surface, and its name in the list
  #sender;
  #paused = false;
  #drawn = true;

  constructor({ live }) {
    this.#live = live;
    this.#sender = new Sender({
      tell: (place) => live.client.tell(this.#signal(place)),
      send: (place) => live.client.send("signal", this.#signal(place)),
      now: () => performance.now(),
      frame: (run) => requestAnimationFrame(run),
      rest: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  }

  /** The client is there. */
  started() {
    this.#live.client.onSignal("pointer", (signal) => this.#heard(signal));
    for (const kind of ["pointermove", "pointerdown"]) {
      this.#stage.addEventListener(kind, (event) => this.#point(event));
    }
    this.#stage.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#draw()).observe(this.#stage);
    setInterval(() => this.#tick(), SECOND);
    this.#tick();
  }

  sees() {
    return false;
  }

  /** The inbox has changed: no matter here. */
  render() {}

  pause(paused) {
    this.#paused = paused;
    this.#draw();
  }

  #signal({ x, y }) {
    return { type: "pointer", to: this.#topic, data: { x, y, name: "" } };
  }

  #heard(signal) {
    if (signal.topic !== this.#topic) return;
    this.#pointers.apply(signal);
    // However many come with one write: they are shown with the next frame.
    if (this.#drawn) requestAnimationFrame(() => this.#draw());
    this.#drawn = false;
  }

  #point({ clientX, clientY }) {
    const { left, top, width, height } = this.#stage.getBoundingClientRect();
    this.#move((clientX - left) / width, (clientY - top) / height);
  }

  #key(event) {
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const step = event.shiftKey ? STRIDE : STEP;
    this.#move(this.#place.x + arrow[0] * step, this.#place.y + arrow[1] * step);
  }

  #move(x, y) {
    const [left, top] = [x, y].map((each) => Math.min(1, Math.max(0, each)));
    // A ten-thousandth of the surface is less than a pixel.
    this.#place = { x: Math.round(left * 1e4) / 1e4, y: Math.round(top * 1e4) / 1e4 };
    this.#own.hidden = false;
    this.#put(this.#own, this.#place);
    this.#sender.move(this.#place);
  }

  #draw() {
    this.#drawn = true;
    this.#put(this.#own, this.#place);
    if (this.#paused) return;
    const there = this.#pointers.list();
    const left = new Set(this.#rows.keys());
    for (const each of there) {
      left.delete(each.id);
      const { mark, row } = this.#row(each);
      for (const element of [mark, row]) element.toggleAttribute("data-silent", each.silent);
      this.#put(mark, each);
    }
    for (const id of left) {
      const { mark, row } = this.#rows.get(id);
      mark.remove();
      row.remove();
      this.#rows.delete(id);
    }
    byId("nobody").hidden = there.length > 0;
  }

  #row({ id, name, tone }) {
    if (!this.#rows.has(id)) {
      const [mark, row] = [stamp("pointer-template"), document.createElement("li")];
      for (const element of [mark, row]) element.dataset.tone = tone;
      slot(mark, "name").textContent = name;
      row.dir = "auto";
      row.textContent = name;
      byId("marks").append(mark);
      byId("pointing").append(row);
      this.#rows.set(id, { mark, row });
    }
    return this.#rows.get(id);
  }

  #put(mark, { x, y }) {
    const { clientWidth, clientHeight } = this.#stage;
    mark.style.transform = `translate(${x * clientWidth}px, ${y * clientHeight}px)`;
    mark.toggleAttribute("data-left", x > EDGE);
    mark.toggleAttribute("data-up", y > EDGE);
  }

  /** Who has been silent fades; and what has come and gone in this second is said. */
  #tick() {
    this.#draw();
    const number = new Intl.NumberFormat(language(), { maximumFractionDigits: 0 });
    const count = this.#rows.size;
    const text = ngettext(
      "%(rate)s positions a second from %(count)s pointer, via %(transport)s",
      "%(rate)s positions a second from %(count)s pointers, via %(transport)s",
      count,
    );
    const rate = number.format(this.#pointers.rate());
    const transport = transportName(this.#live.client.transport);
    byId("receiving").textContent = fill(text, { rate, count, transport });
    const sending = gettext("%(rate)s positions a second");
    byId("sending").textContent = fill(sending, { rate: number.format(this.#sender.sent) });
    this.#sender.sent = 0;
  }
}
