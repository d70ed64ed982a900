import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { settled } from "./support/browser.js";
import { onSocket, withoutSocket } from "./support/client.js";

describe("over the socket", () => {
  test("each answer finds its question, in whatever order they come", async () => {
    const { client, socket, requests } = onSocket();
    const both = [client.send("read", { ids: [1] }), client.send("done", { ids: [2] })];
    assert.deepEqual(socket.sent, [
      { ref: 1, do: "read", ids: [1] },
      { ref: 2, do: "done", ids: [2] },
    ]);
    socket.receive({ ref: 2, ok: true, changed: 1, ids: [2] });
    socket.receive({ ref: 1, ok: true, changed: 0, ids: [] });
    assert.deepEqual((await Promise.all(both)).map(({ ids }) => ids), [[], [2]]);
    assert.equal(requests.length, 0);
  });

  test("a refusal is an error with the server's code, words and when to come again", async () => {
    const { client, socket } = onSocket();
    const sent = client.send("read", { ids: [1] });
    const error = { code: "too_many", detail: "Slow down.", retry_after: 3 };
    socket.receive({ ref: 1, error });
    await assert.rejects(sent, { code: "too_many", message: "Slow down.", retryAfter: 3_000 });
  });

  test("an answer to nothing is ignored", () => {
    const { client, socket } = onSocket();
    socket.receive({ ref: 99, ok: true });
    assert.equal(client.state, "live");
  });

  test("what was not answered before a cut goes over HTTP", async () => {
    const { client, socket, requests } = onSocket();
    const sent = client.send("read", { ids: [1] });
    socket.drop();
    await settled();
    assert.equal(requests[0].url.pathname, "/api/inbox/read/");
    await requests[0].answer({ ok: true, changed: 1, ids: [1] });
    assert.equal((await sent).changed, 1);
  });

  test("so does what is not answered in ten seconds", async () => {
    const { client, clock, requests } = onSocket();
    const sent = client.send("read", { ids: [1] });
    await clock.pass(10_000);
    await requests[0].answer({ ok: true, changed: 1, ids: [1] });
    await sent;
  });

  test("what the server cannot do now is tried once more, when it says", async () => {
    const { client, socket, clock, requests } = onSocket();
    const sent = client.send("read", { ids: [1] });
    const error = { code: "unavailable", detail: "Try again.", retry_after: 2 };
    socket.receive({ ref: 1, error });
    await clock.pass(1_999);
    assert.equal(requests.length, 0);
    await clock.pass(1);
    await requests[0].answer({ ok: true, changed: 1, ids: [1] });
    assert.equal((await sent).changed, 1);
  });

  test("but not a post: it might appear twice", async () => {
    const { client, socket, requests } = onSocket();
    const sent = client.send("post", { room: "ops", text: "Hello" });
    socket.drop();
    await assert.rejects(sent, { code: "lost" });
    assert.equal(requests.length, 0);
  });
});

describe("over HTTP", () => {
  test("it posts JSON with the token of the cookie as it is then", async () => {
    const { client, requests, page } = withoutSocket();
    page.cookie = "csrftoken=other";
    const sent = client.send("snooze", { ids: [1], until: "2026-11-22T09:00:00Z" });
    const [{ url, init }] = requests;
    assert.equal(url.pathname, "/api/inbox/snooze/");
    assert.equal(init.method, "POST");
    assert.equal(init.headers["X-CSRFToken"], "other");
    assert.deepEqual(JSON.parse(init.body), { ids: [1], until: "2026-11-22T09:00:00Z" });
    await requests[0].answer({ ok: true, changed: 1, ids: [1] });
    assert.deepEqual(await sent, { ok: true, changed: 1, ids: [1] });
  });

  test("a token with escapes is decoded", () => {
    const { client, requests } = withoutSocket();
    client.send("read", { ids: [1] });
    assert.equal(requests[0].init.headers["X-CSRFToken"], "token=1");
  });

  test("a post goes to its room", async () => {
    const { client, requests } = withoutSocket();
    client.send("post", { room: "ops", text: "Hello" });
    assert.equal(requests[0].url.pathname, "/api/rooms/ops/posts/");
    assert.deepEqual(JSON.parse(requests[0].init.body), { text: "Hello" });
  });

  test("what is done to a post goes to that post", async () => {
    const { client, requests } = withoutSocket();
    client.send("edit_post", { room: "ops", id: 7, text: "Hello" });
    client.send("react", { room: "ops", id: 7, emoji: "👍", on: true });
    const sent = requests.map(({ url, init }) => [url.pathname, JSON.parse(init.body)]);
    assert.deepEqual(sent, [
      ["/api/rooms/ops/posts/7/edit/", { text: "Hello" }],
      ["/api/rooms/ops/posts/7/react/", { emoji: "👍", on: true }],
    ]);
  });

  test("a refusal is the same error as over the socket", async () => {
    const { client, requests } = withoutSocket();
    const sent = assert.rejects(client.send("read", { ids: [1] }), {
      code: "too_many",
      detail: "Slow down.",
      status: 429,
      retryAfter: 3_000,
    });
    const error = { code: "too_many", detail: "Slow down." };
    await requests[0].answer({ error }, { status: 429, headers: { "Retry-After": "3" } });
    await sent;
  });

  test("one that cannot do it now is asked once more, and then believed", async () => {
    const { client, requests, clock } = withoutSocket();
    const sent = assert.rejects(client.send("done", { ids: [1] }), { code: "unavailable" });
    const busy = { status: 503, headers: { "Retry-After": "2" } };
    await requests[0].answer({ error: { code: "unavailable", detail: "" } }, busy);
    await clock.pass(2_000);
    await requests[1].answer({ error: { code: "unavailable", detail: "" } }, busy);
    await sent;
    assert.equal(requests.length, 2);
  });

  test("no network, or a page of a proxy, is an error with a code too", async () => {
    const { client, requests } = withoutSocket();
    const read = () => client.send("read", { ids: [1] });
    const lost = assert.rejects(read(), { code: "unreachable", status: 0 });
    await requests[0].fail();
    await lost;
    const odd = assert.rejects(read(), { code: "http_502", status: 502 });
    requests[1].resolve(new Response("<html>", { status: 502 }));
    await odd;
  });

  test("what only a socket can do says so", async () => {
    const { client, requests } = withoutSocket();
    await assert.rejects(client.send("ping"), { code: "no_socket" });
    assert.equal(requests.length, 0);
  });
});
