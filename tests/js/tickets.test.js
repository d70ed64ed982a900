import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { cursor } from "./support/browser.js";
import { answer, open } from "./support/client.js";

const asked = ({ url }) => new URL(url).searchParams.get("ticket");

describe("tickets", () => {
  test("the page's is shown at the first connect, whatever the transport", () => {
    const { sockets } = open({ ticket: "t0+/=" });
    assert.equal(asked(sockets[0]), "t0+/=");
    const { sources } = open({ ticket: "t0+/=", transports: ["sse"] });
    assert.equal(asked(sources[0]), "t0+/=");
  });

  test("without one none is asked with", () => {
    const { sockets } = open();
    assert.equal(asked(sockets[0]), null);
  });

  test("the one that ready brings is shown when it comes back", async () => {
    const { clock, sockets } = open({ ticket: "t0" });
    sockets[0].receive({ control: "ready", cursor: cursor(5), heartbeat: 20, ticket: "t1" });
    sockets[0].drop(1012);
    await clock.pass(30_000);
    assert.equal(asked(sockets[1]), "t1");
  });

  test("a ready without one ends the old one: it was for what is over", async () => {
    const { clock, sockets } = open({ ticket: "t0" });
    sockets[0].ready(cursor(5));
    sockets[0].drop(1012);
    await clock.pass(30_000);
    assert.equal(asked(sockets[1]), null);
  });

  test("one that was refused is shown again by the next transport", async () => {
    const { clock, sources } = open({ ticket: "t0" });
    await clock.pass(3_000);
    assert.equal(asked(sources[0]), "t0");
  });

  test("a poll shows it once: then the server knows the page", async () => {
    const { clock, requests } = open({ ticket: "t0", transports: ["poll"] });
    assert.equal(asked(requests[0]), "t0");
    await requests[0].answer(answer());
    await clock.pass(15_000);
    assert.equal(asked(requests[1]), null);
  });
});
