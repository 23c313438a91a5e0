import assert from "node:assert/strict";
import { test } from "node:test";
import { createProgressLine, progressText } from "./progressLine.ts";

test("a terminal sees share, rate and time left, at most five times a second; the line is cleared at the end", () => {
  let now = 0;
  const written: string[] = [];
  const line = createProgressLine({ isTTY: true, write: (text) => written.push(text) }, "reading", "rows", () => now);
  for (now = 1_000; now <= 1_150; now += 50) line.update(500, 2_000);
  assert.deepEqual(written, ["\rreading 25 %  500 rows/s  3 s left"]);
  now = 2_000;
  line.update(2_000, 2_000);
  assert.equal(written[1]?.trimEnd(), "\rreading 100 %  1,000 rows/s  0 s left".trimEnd());
  line.end();
  assert.match(written[2] ?? "", /^\r +\r$/);
});

test("nothing is written into a pipe", () => {
  const line = createProgressLine({ write: () => assert.fail("written") }, "reading", "rows");
  line.update(1, 2);
  line.end();
});

test("rates in bytes and long times are readable", () => {
  const text = (done: number, total: number, elapsedMs: number) =>
    progressText({ done, total, elapsedMs, unit: "bytes" });
  assert.equal(text(25_000_000, 100_000_000, 10_000), "25 %  2.5 MB/s  30 s left");
  assert.equal(text(1e6, 1e9, 1_000), "0 %  1.0 MB/s  16 min 39 s left");
  assert.equal(text(1e6, 1e10, 1_000), "0 %  1.0 MB/s  2 h 46 min left");
  assert.equal(text(0, 0, 0), "100 %  0.0 MB/s");
});
