/** What is not logged: signal events, and calls of functions that the page has registered. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { connect } from "../../static/noticeboard/client/index.js";
import { cursor, fakeBrowser, settled } from "./support/browser.js";
import { onSocket, withoutSocket } from "./support/client.js";

const signal = (type, data) => ({ signal: true, id: "i", type, data });
const call = (name, given = {}) =>
  signal("call", { ref: "r1", function: name, arguments: given });

const body = ({ init }) => JSON.parse(init.body);

describe("signal events", () => {
  test("go to who listens to their type, until he does not, and leave the cursor alone", () => {
    const { client, socket } = onSocket();
    const heard = [];
    const stop = client.onSignal("typing", ({ data }) => heard.push(data.name));
    client.onSignal("pointer", () => heard.push("a pointer"));
    socket.receive(signal("typing", { room: "ops", name: "Alice" }));
    stop();
    socket.receive(signal("typing", { room: "ops", name: "Bob" }));
    assert.deepEqual(heard, ["Alice"]);
    assert.equal(client.cursor, cursor(5));
  });

  test("one that the page cannot handle does not stop the others", () => {
    const { client, socket } = onSocket();
    const heard = [];
    client.onSignal("typing", () => {
      throw new Error("mine");
    });
    client.onSignal("typing", ({ data }) => heard.push(data.name));
    socket.receive(signal("typing", { name: "Alice" }));
    assert.deepEqual(heard, ["Alice"]);
  });

  test("without a socket they are sent over HTTP, with the page's client id", async () => {
    const { client, requests } = withoutSocket();
    assert.equal(client.id, "c1");
    const typing = client.send("typing", { room: "ops" });
    assert.equal(requests[0].url.pathname, "/api/signals/");
    assert.deepEqual(body(requests[0]), { typing: "ops", client: "c1" });
    await requests[0].answer({ ok: true });
    await typing;
    client.send("signal", { type: "pointer", to: "room.ops", data: {} });
    assert.deepEqual(body(requests[1]), {
      type: "pointer", to: "room.ops", data: {}, client: "c1",
    });
  });

  test("polls carry the client id and the time that the last answer gave", async () => {
    const { env, requests, clock } = fakeBrowser();
    const heard = [];
    const client = connect({ cursor: cursor(5), env, transports: ["poll"] });
    client.onSignal("typing", ({ data }) => heard.push(data.name));
    await settled();
    assert.equal(requests[0].url.searchParams.get("client"), null);
    const page = { cursor: cursor(5), user: 1, events: [], reset: false };
    await requests[0].answer({ ...page, signals: [], client: "ab", since: 7 });
    assert.equal(client.id, "ab");
    await clock.pass(15_000);
    const { searchParams } = requests[1].url;
    assert.deepEqual([searchParams.get("client"), searchParams.get("since")], ["ab", "7"]);
    const signals = [signal("typing", { name: "Alice" })];
    await requests[1].answer({ ...page, signals, client: "ab", since: 9 });
    assert.deepEqual(heard, ["Alice"]);
    client.close();
  });
});

describe("calls", () => {
  test("run the function of that name and send what it returns", async () => {
    const { client, socket } = onSocket();
    client.handle("double", async ({ n }) => 2 * n);
    socket.receive(call("double", { n: 21 }));
    await settled();
    const { ref: _, ...sent } = socket.sent.at(-1);
    assert.deepEqual(sent, { do: "answer", call: "r1", ok: 42 });
  });

  test("send the error of one that throws, and of a name that is none", async () => {
    const { client, socket } = onSocket();
    client.handle("print", () => {
      throw new Error("out of paper");
    });
    socket.receive(call("print"));
    socket.receive(call("alert(1)"));
    await settled();
    assert.deepEqual(
      socket.sent.slice(-2).map(({ error }) => error),
      ["out of paper", 'No function "alert(1)"'],
    );
  });

  test("are answered over HTTP where there is no socket", async () => {
    const { client, source, requests } = withoutSocket();
    client.handle("nothing", () => {});
    source.receive(call("nothing"));
    await settled();
    assert.equal(requests[0].url.pathname, "/api/calls/r1/");
    assert.deepEqual(body(requests[0]), { ok: null });
  });
});
