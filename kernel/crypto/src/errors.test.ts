import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cryptoFaults } from "./errors.ts";

test("the README lists every fault code with its meaning, and no other", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const table = readme
    .split("## Fault codes")[1]!
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const listed = table.map((line) =>
    line
      .split("|")
      .map((cell) => cell.trim())
      .slice(1, 3),
  );
  assert.deepEqual(
    listed,
    Object.entries(cryptoFaults).map(([code, meaning]) => [`\`${code}\``, meaning]),
  );
});
