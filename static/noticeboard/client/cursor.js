/** The place in the log that a cursor names (41 for `41.7f3a9c`), -1 for none. */
export const position = (cursor) => (cursor ? Number.parseInt(cursor, 10) : -1);
