/** How far this browser has shown each room, kept from one visit to the next. */

const name = (slug) => `noticeboard.read.${slug}`;

/** The position, or null if never or not known. */
export function readTo({ storage }, slug) {
  try {
    const kept = storage.getItem(name(slug));
    return kept === null ? null : Number(kept);
  } catch {
    return null;
  }
}

export function keepRead(env, slug, position) {
  if (position <= (readTo(env, slug) ?? 0)) return;
  try {
    env.storage.setItem(name(slug), position);
  } catch {
    // Without storage a room is new at each visit.
  }
}

/**
 * The room `by` steps (1 or -1) from `slug` that has something newer than was read, going round;
 * undefined if none has. `rooms` are `{slug, url, newest}`, `read(slug)` a position or null.
 */
export function unreadRoom(rooms, slug, by, read) {
  const place = Math.max(0, rooms.findIndex((room) => room.slug === slug));
  const others = rooms.map((_, step) => rooms.at((place + by * (step + 1)) % rooms.length));
  return others.find((room) => room.slug !== slug && (room.newest ?? 0) > (read(room.slug) ?? 0));
}
