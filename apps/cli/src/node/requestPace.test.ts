import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestPace } from "./requestPace.ts";

test("N7: a burst leaves at once, then requests leave at the rate that the peer allows, each peer's for itself", () => {
  const pace = new RequestPace(20);
  const asked = Array.from({ length: 200 }, () => pace.wait(1, 0));
  const atOnce = asked.filter((ms) => ms === 0).length;
  assert.ok(atOnce >= 40 && atOnce <= 60, `${atOnce} at once`);
  const later = asked.filter((ms) => ms !== undefined && ms > 0);
  assert.ok(later.length >= 6 && later.length <= 8, `${later.length} within 400 ms`);
  assert.deepEqual(
    later,
    later.toSorted((x, y) => x! - y!),
  );
  assert.equal(asked.at(-1), undefined, "whoever asks has given up by then");
  let sent = 0;
  for (let ms = 1_000; ms < 11_000; ms += 10) if (pace.wait(1, ms) !== undefined) sent++;
  assert.ok(sent >= 170 && sent <= 205, `${sent} in ten seconds`);
  assert.equal(pace.wait(2, 0), 0);
  assert.equal(pace.wait(1, 60_000), 0, "after a rest the burst is back");
});
