/** The functions of all pages: the server calls one, and one page runs it. */
export class Calls {
  #client;
  #functions;
  #say;
  #where = new Map(); // name → the page that has told of it last
  #waiting = new Map();

  /** `functions` are those of the page that leads: it runs what it has itself. */
  constructor(client, functions, say) {
    this.#client = client;
    this.#functions = functions;
    this.#say = say;
  }

  own() {
    for (const [name, fn] of this.#functions) this.#client.handle(name, fn);
  }

  add(page, names) {
    for (const name of names) {
      this.#where.set(name, page);
      if (this.#functions.has(name)) continue;
      this.#client.handle(name, (given) => this.#call(name, given));
    }
  }

  /** A page has gone; whether another may have what it had. */
  drop(page) {
    const its = [...this.#where].filter(([, where]) => where === page);
    for (const [name] of its) this.#where.delete(name);
    return its.length > 0;
  }

  settle({ ref, ok, error }) {
    const { resolve, reject } = this.#waiting.get(ref) ?? {};
    this.#waiting.delete(ref);
    if (error) reject?.(new Error(error));
    else resolve?.(ok);
  }

  #call(name, given) {
    const to = this.#where.get(name);
    if (!to) throw new Error(`No function "${name}"`);
    const ref = crypto.randomUUID();
    this.#say({ to, ref, name, given });
    return new Promise((resolve, reject) => this.#waiting.set(ref, { resolve, reject }));
  }
}
