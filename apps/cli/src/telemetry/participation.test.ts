import assert from "node:assert/strict";
import { test } from "node:test";
import { Participation } from "./participation.ts";

test("the ratio is over the last 100 views that have ended, late votes included", () => {
  const participation = new Participation(3);
  assert.equal(participation.ratios(), undefined);
  for (let view = 1; view <= 101; view++) {
    participation.enter(view);
    participation.hear(0, view);
    if (view > 1 && view % 2 === 0) participation.hear(1, view - 1);
  }
  // Views 2 to 100 have ended and are remembered: validator 1 voted late in every odd one above 1.
  const [first, second, third] = participation.ratios()!;
  assert.equal(first, 1);
  assert.equal(second, 49 / 99);
  assert.equal(third, 0);
});

test("a message of a view that this node was not in changes nothing", () => {
  const participation = new Participation(2);
  participation.enter(5);
  participation.hear(1, 105);
  participation.hear(1, 4);
  participation.hear(7, 5);
  participation.enter(6);
  assert.deepEqual(participation.ratios(), [0, 0]);
});

test("views that were skipped do not count against anybody", () => {
  const participation = new Participation(1);
  participation.enter(1);
  participation.hear(0, 1);
  participation.enter(250);
  participation.hear(0, 250);
  participation.enter(251);
  assert.deepEqual(participation.ratios(), [1]);
});
