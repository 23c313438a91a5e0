import assert from "node:assert/strict";
import { test } from "node:test";
import { limitedLog } from "./limitedLog.ts";

test("five lines a second, and how many were left out", () => {
  let now = 0;
  const lines: unknown[] = [];
  const log = limitedLog(
    (_level, message, fields) => void lines.push([message, fields]),
    () => now,
  );
  for (let i = 0; i < 8; i++) log("info", `${i}`, {});
  assert.equal(lines.length, 5);
  now = 1_000;
  log("info", "next", { a: 1 });
  log("info", "last", {});
  assert.deepEqual(lines.slice(5), [
    ["next", { a: 1, omitted: 3 }],
    ["last", {}],
  ]);
  limitedLog(undefined, () => now)("warn", "nobody listens", {});
});
