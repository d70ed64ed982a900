/** A cursor is opaque text from the server but for one thing: its number is a place in the log. */

/** The position a cursor names (`41` of `41.7f3a9c`), -1 for none. */
export const position = (cursor) => (cursor ? Number.parseInt(cursor, 10) : -1);
