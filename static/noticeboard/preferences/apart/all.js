/** "All topics": on, off, or neither; a click makes all switches of its column alike. */

export class All {
  #box;
  #switches;

  /** `change(switches)` is called after a click has changed them. */
  constructor(box, root, change) {
    this.#box = box;
    const column = `input[data-preference="${box.dataset.all}"]:not(:disabled)`;
    this.#switches = [...root.querySelectorAll(column)];
    box.disabled = !this.#switches.length;
    box.addEventListener("change", () => {
      const changed = this.#switches.filter(({ checked }) => checked !== box.checked);
      for (const each of changed) each.checked = box.checked;
      change(changed);
    });
    this.show();
  }

  show() {
    const on = this.#switches.filter(({ checked }) => checked).length;
    this.#box.checked = on === this.#switches.length;
    this.#box.indeterminate = on > 0 && !this.#box.checked;
  }
}
