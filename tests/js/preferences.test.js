/** When it is quiet: do not disturb, and quiet hours by the clocks of a zone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { muted, quiet } from "../../static/noticeboard/preferences/now.js";

const none = { zone: "UTC", days: {} };
const at = (text) => Date.parse(text);
const hours = (zone, days) => ({ dnd_until: null, quiet: { zone, days } });

test("nothing chosen is never quiet", () => {
  assert.equal(quiet({ dnd_until: null, quiet: none }), false);
});

test("do not disturb ends at its time", () => {
  const chosen = { dnd_until: "2026-11-21T12:00:00.000Z", quiet: none };
  assert.equal(quiet(chosen, at("2026-11-21T11:59:59Z")), true);
  assert.equal(quiet(chosen, at("2026-11-21T12:00:00Z")), false);
});

// 2026-11-23 is a Monday.
test("e5: quiet hours across midnight belong to the day on which they begin", () => {
  for (const [zone, offset] of [["Europe/Paris", "+01:00"], ["America/New_York", "-05:00"]]) {
    const chosen = hours(zone, { 0: [["22:00", "07:00"]] });
    const expected = {
      "2026-11-23T06:30": false, // Sunday was not quiet
      "2026-11-23T21:59": false,
      "2026-11-23T22:00": true,
      "2026-11-24T00:00": true,
      "2026-11-24T06:59": true,
      "2026-11-24T07:00": false,
      "2026-11-24T22:30": false, // nor is Tuesday
    };
    for (const [time, is] of Object.entries(expected)) {
      assert.equal(quiet(chosen, at(`${time}:00${offset}`)), is, `${zone} ${time}`);
    }
  }
});

test("e5: the hours are those of the clocks when these are put back or forward", () => {
  const nights = { 5: [["22:00", "07:00"]], 6: [["01:00", "03:30"]] };
  const paris = hours("Europe/Paris", nights);
  // The night of Sunday, 25 October 2026: 03:00 is 02:00 again.
  assert.equal(quiet(paris, at("2026-10-24T21:59:59+02:00")), false);
  assert.equal(quiet(paris, at("2026-10-24T22:00:00+02:00")), true);
  assert.equal(quiet(paris, at("2026-10-25T06:59:00+01:00")), true);
  assert.equal(quiet(paris, at("2026-10-25T07:00:00+01:00")), false);
  // The night of Sunday, 29 March 2026: 02:00 is 03:00.
  assert.equal(quiet(paris, at("2026-03-29T06:59:00+02:00")), true);
  assert.equal(quiet(paris, at("2026-03-29T07:00:00+02:00")), false);
  // New York, Sunday, 1 November 2026, 02:00 is 01:00 again: both hours from 1 to 2 are quiet.
  const york = hours("America/New_York", { 6: [["01:00", "03:30"]] });
  const told = ["00:59:00-04:00", "01:30:00-04:00", "01:30:00-05:00", "03:29:00-05:00", "03:30:00-05:00"];
  const found = told.map((time) => quiet(york, at(`2026-11-01T${time}`)));
  assert.deepEqual(found, [false, true, true, true, false]);
  // And on 8 March, when there is no 02:30 there.
  assert.equal(quiet(york, at("2026-03-08T03:29:00-04:00")), true);
  assert.equal(quiet(york, at("2026-03-08T03:30:00-04:00")), false);
});

test("a pair that ends where it begins is a whole day, and several a day hold each", () => {
  const whole = hours("UTC", { 6: [["00:00", "00:00"]] });
  assert.equal(quiet(whole, at("2026-11-22T23:59:00Z")), true);
  assert.equal(quiet(whole, at("2026-11-23T00:00:00Z")), false);
  const twice = hours("UTC", { 0: [["12:00", "13:00"], ["18:00", "19:00"]] });
  const found = ["11:59", "12:30", "15:00", "18:30"].map((time) => quiet(twice, at(`2026-11-23T${time}:00Z`)));
  assert.deepEqual(found, [false, true, false, true]);
});

test("a zone that the browser does not know is its own", () => {
  const everyDay = Object.fromEntries([0, 1, 2, 3, 4, 5, 6].map((day) => [day, [["00:00", "00:00"]]]));
  assert.equal(quiet(hours("Europe/Nowhere", everyDay)), true);
});

test("a muted topic is silent but for what is critical or mandatory", () => {
  const chosen = { muted: ["group.3"], mandatory: ["warning"] };
  const found = [["group.3", "info"], ["group.3", "critical"], ["group.3", "warning"], ["all", "info"], [undefined, "info"]];
  assert.deepEqual(found.map(([topic, level]) => muted(chosen, topic, level)), [true, false, false, false, false]);
});
