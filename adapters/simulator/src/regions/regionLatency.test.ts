import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { REGION_COUNT, REGIONS, ROUND_TRIP_P50, ROUND_TRIP_P90, regionDelay } from "./regionLatency.ts";

const published = join(import.meta.dirname, "../../../../../shared/data/region-latency.json");

test("the copied figures equal the published ones", (t) => {
  if (!existsSync(published)) return t.skip("the shared folder with the published figures is not here");
  const file = JSON.parse(readFileSync(published, "utf8"));
  assert.deepEqual([...REGIONS], file.regions);
  const tenths = (table: number[][]) => table.map((row) => row.map((ms) => Math.round(ms * 10)));
  assert.deepEqual(ROUND_TRIP_P50, tenths(file.rttP50Ms));
  assert.deepEqual(ROUND_TRIP_P90, tenths(file.rttP90Ms));
});

test("a delay is half the median with half the spread", () => {
  assert.equal(REGIONS.length, REGION_COUNT);
  assert.deepEqual(regionDelay(0, 1), { meanUs: 18_150, deviationUs: 1150 });
  assert.deepEqual(regionDelay(0, 0), { meanUs: 1400, deviationUs: 1550 });
});
