import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { backupName } from "./backupName.ts";
import { keepNewest } from "./keepNewest.ts";

const dayMs = 86_400_000;

test("the newest backups stay, and everything that is no finished backup", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-keep-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const names = [3, 1, 4, 0, 2].map((day) => backupName(day * dayMs));
  const others = [`${backupName(0)}.partial`, "kairos-backup-of-mine.tar.zst", "notes.txt"];
  for (const name of [...names, ...others]) writeFileSync(join(dir, name), "");
  mkdirSync(join(dir, "older"));
  writeFileSync(join(dir, "older", backupName(0)), "");
  assert.deepEqual(
    keepNewest(dir, 2),
    [0, 1, 2].map((day) => join(dir, backupName(day * dayMs))),
  );
  assert.deepEqual(readdirSync(dir).sort(), [backupName(3 * dayMs), backupName(4 * dayMs), ...others, "older"].sort());
  assert.deepEqual([keepNewest(dir, 2), keepNewest(dir, 9)], [[], []]);
  assert.deepEqual(readdirSync(join(dir, "older")).length, 1);
});

test("none at all cannot be kept", () => {
  for (const count of [0, -1, 0.5, Number.NaN]) assert.throws(() => keepNewest("nowhere", count), RangeError);
});
