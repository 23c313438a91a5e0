import assert from "node:assert/strict";
import { test } from "node:test";
import { type Millis, millis } from "@polis/codec";
import fc from "fast-check";
import { ResponseLimiter } from "./responseLimiter.ts";

const limits = { perSecond: 10, burst: 5, slipEvery: 2, maxSources: 100 };
const at = (ms: number): Millis => millis(1_000_000 + ms);

test("a burst, then the rate; every second refusal is sent without records", () => {
  const limiter = new ResponseLimiter(limits);
  const answers = Array.from({ length: 9 }, () => limiter.judge("a", at(0)));
  assert.deepEqual(answers, [...new Array<string>(5).fill("answer"), "drop", "slip", "drop", "slip"]);
  assert.equal(limiter.judge("a", at(100)), "answer");
  assert.equal(limiter.judge("a", at(100)), "drop");
  assert.equal(limiter.judge("b", at(100)), "answer");
});

test("no sequence of times gives more than the burst and the rate, even when the clock is set back", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 200 }), { maxLength: 200 }), (waits) => {
      // The bucket of a source begins full with its first request.
      const limiter = new ResponseLimiter(limits);
      let [now, latest, answered] = [1_000, 1_000, 0];
      for (const wait of [0, ...waits]) {
        now += wait;
        latest = Math.max(latest, now);
        if (limiter.judge("a", at(now)) === "answer") answered += 1;
      }
      assert.ok(answered <= 5 + (latest - 1_000) / 100);
    }),
  );
});

test("a flood of forged sources does not grow the memory", () => {
  const limiter = new ResponseLimiter(limits);
  for (let i = 0; i < 10_000; i++) assert.equal(limiter.judge(`source ${i}`, at(i)), "answer");
});
