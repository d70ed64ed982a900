/** What a page loads before it shows anything live, as a server with gzip sends it. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const STATIC = new URL("../../static/noticeboard/", import.meta.url);

/** KB of every module of a folder (or one file), each compressed by itself. */
function transfer(...paths) {
  const bytes = paths.flatMap((path) => {
    const files = path.endsWith("/")
      ? readdirSync(new URL(path, STATIC), { recursive: true }).map((name) => path + name)
      : [path];
    return files
      .filter((name) => name.endsWith(".js") && !name.includes("/apart/"))
      .map((name) => gzipSync(readFileSync(new URL(name, STATIC)), { level: 9 }).length);
  });
  return bytes.reduce((sum, each) => sum + each, 0) / 1024;
}

test("the client is at most 14.2 KB, all of its transports with it", () => {
  const size = transfer("client/");
  assert.ok(size <= 14.2, `${size.toFixed(1)} KB`);
});

test("the store is at most 6 KB", () => {
  const size = transfer("inbox.js", "loaded.js", "receipts.js", "inbox/told.js", "inbox/watched.js");
  assert.ok(size <= 6, `${size.toFixed(1)} KB`);
});

test("what shares a connection is at most 8.3 KB", () => {
  const size = transfer("sharing/");
  assert.ok(size <= 8.3, `${size.toFixed(1)} KB`);
});
