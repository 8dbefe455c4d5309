/** The axis of a plot: from 0 to a little above the most, in steps that read as different. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ticks } from "../src/supervise/charts";
import { span } from "../src/console/tongue";

test("times go in steps of a clock, and no two marks read alike", () => {
  assert.deepEqual(ticks(0, "seconds"), [0, 15]);
  assert.deepEqual(ticks(110, "seconds"), [0, 30, 60, 90, 120]);
  assert.deepEqual(ticks(9000, "seconds"), [0, 3600, 7200, 10800]);
  fc.assert(
    fc.property(fc.nat(500_000), (most) => {
      const marks = ticks(most, "seconds");
      assert.ok(marks.at(-1)! >= most);
      assert.ok(marks.length <= 6 && marks.length >= 2);
      assert.equal(new Set(marks.map(span)).size, marks.length);
    }),
  );
});

test("shares end at 100, whole things are counted whole", () => {
  assert.deepEqual(ticks(0, "percent"), [0, 25, 50, 75, 100]);
  assert.deepEqual(ticks(3), [0, 1, 2, 3]);
  fc.assert(fc.property(fc.nat(100_000), (most) => ticks(most).every(Number.isInteger)));
});
