import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { SeedError } from "./errors.ts";
import { loadRegions } from "./regions.ts";
import { startSeedWorld, temporaryPath } from "./testing/seedWorld.ts";

test("the longest network that holds an address tells its region", () => {
  const { path, remove } = temporaryPath("regions");
  writeFileSync(path, "# ours\n8.0.0.0/8 us\n8.8.4.0/24  eu # inside\n\n2a00::/16 eu\n8.8.4.9/32 asia\n");
  const regionOf = loadRegions(path);
  const expected = {
    "8.1.1.1": "us",
    "8.8.4.4": "eu",
    "::ffff:8.8.4.4": "eu",
    "8.8.4.9": "asia",
    "9.9.9.9": undefined,
    "2a00::1": "eu",
    x: undefined,
  };
  for (const [ip, region] of Object.entries(expected)) assert.equal(regionOf(ip), region, ip);
  assert.equal(loadRegions(undefined)("8.1.1.1"), undefined);
  remove();
});

test("a line that is wrong is named", () => {
  const { path, remove } = temporaryPath("regions");
  for (const line of [
    "8.0.0.0",
    "8.0.0.0/8",
    "8.0.0.0/33 eu",
    "x/8 eu",
    `8.0.0.0/8 ${"x".repeat(33)}`,
    "8.0.0.0/8 a b",
  ]) {
    writeFileSync(path, `9.0.0.0/8 eu\n${line}\n`);
    assert.throws(
      () => loadRegions(path),
      (error) => error instanceof SeedError && error.message.includes("line 2"),
      line,
    );
  }
  assert.throws(() => loadRegions(`${path}-missing`), SeedError);
  remove();
});

test("the list tells the region of a peer", async () => {
  const world = await startSeedWorld({ regionOf: (ip) => (ip === "127.0.0.1" ? "home" : undefined) });
  await world.beat(1);
  assert.equal(world.seed.service.renewList().list.peers[0]?.region, "home");
  await world.close();
});
