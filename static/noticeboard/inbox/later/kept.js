/** What waits for the network, in the browser's own database, or in memory where there is none. */
const STORE = "deeds";

/** `user` is whose they are: nobody else's page sends them. */
export async function keeping(user) {
  try {
    return new Kept(await open(`noticeboard-${user}`));
  } catch {
    return new Remembered();
  }
}

class Kept {
  constructor(database) {
    this.database = database;
  }

  /** Oldest first, each with its number `n`. */
  all() {
    return this.#ask("readonly", (store) => store.getAll());
  }

  /** A promise of its number. */
  add(deed) {
    return this.#ask("readwrite", (store) => store.add(deed));
  }

  remove(n) {
    return this.#ask("readwrite", (store) => store.delete(n));
  }

  async #ask(mode, run) {
    return settled(run(this.database.transaction(STORE, mode).objectStore(STORE)));
  }
}

class Remembered extends Map {
  #last = 0;

  async all() {
    return [...this.values()];
  }

  async add(deed) {
    this.set(++this.#last, { ...deed, n: this.#last });
    return this.#last;
  }

  async remove(n) {
    this.delete(n);
  }
}

function open(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE, { keyPath: "n", autoIncrement: true });
  };
  return settled(request);
}

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
