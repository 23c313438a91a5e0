import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { codecFaults } from "./errors.ts";

test("the README lists every fault code with its meaning, and no other", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const listed = readme.split("\n").filter((line) => line.startsWith("| `") && /^\| `[A-Z_]+` \|/.test(line));
  const expected = Object.entries(codecFaults).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  assert.deepEqual(listed, expected);
});
