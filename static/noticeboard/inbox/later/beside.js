/** One notification beside the list, where there is room for it. */
const WIDE = "(width >= 64rem)";

export class Beside {
  #page;
  #opening;

  constructor(page) {
    this.#page = page;
  }

  /** Open it beside the list, or as a page of its own. */
  async open(id) {
    const { live, address, announcer, notices } = this.#page;
    if (!matchMedia(WIDE).matches) return location.assign(address(id));
    const neighbour = (one, step) => this.#neighbour(one, step);
    this.#opening ??= import("../../detail/apart/pane.js").then(({ Pane }) => {
      this.#page.pane = new Pane({ live, address, announcer, notices, neighbour });
    });
    await this.#opening;
    this.#page.pane.open(id);
  }

  close() {
    const { pane } = this.#page;
    if (pane?.shown) pane.close();
  }

  #neighbour(id, step) {
    const { list } = this.#page;
    const row = list.rows[list.rows.indexOf(list.row(id)) + step];
    return row && Number(row.dataset.id);
  }
}
