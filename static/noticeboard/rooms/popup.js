/** What opens beside a button of a post: the browser opens and closes it, Esc and a click outside too. */
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export class Popup {
  #root;
  #button;

  /** `fill(row)` before it opens beside a button of that row; `choose(button, row)`. */
  constructor(root, { fill, choose }) {
    this.#root = root;
    document.addEventListener("click", (event) => {
      const button = event.target.closest?.(`[popovertarget="${root.id}"]`);
      if (button) this.#button = button;
    });
    root.addEventListener("beforetoggle", ({ newState }) => {
      const row = this.#button.closest(".post");
      row.classList.toggle("open", newState === "open");
      if (newState !== "open") return;
      fill(row);
      this.#place();
    });
    root.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      this.close();
      choose(button, this.#button.closest(".post"));
    });
    root.addEventListener("keydown", (event) => this.#step(event));
  }

  close() {
    if (this.#root.matches(":popover-open")) this.#root.hidePopover();
  }

  /** The post it stands beside has gone. */
  keep() {
    if (this.#button && !this.#button.isConnected) this.close();
  }

  /** On the side of the button where there is more room. */
  #place() {
    const { left, right, top, bottom } = this.#button.getBoundingClientRect();
    const { clientWidth: width, clientHeight: height } = document.documentElement;
    const below = bottom < height / 2;
    const { style } = this.#root;
    style.top = below ? `${bottom + 4}px` : "auto";
    style.bottom = below ? "auto" : `${height - top + 4}px`;
    style.left = left < width / 2 ? `${left}px` : "auto";
    style.right = left < width / 2 ? "auto" : `${width - right}px`;
  }

  #step(event) {
    const by = STEPS[event.key];
    if (!by) return;
    event.preventDefault();
    const shown = [...this.#root.querySelectorAll("button")].filter((each) => each.offsetParent);
    const place = shown.indexOf(document.activeElement);
    shown.at((place + by) % shown.length).focus();
  }
}
