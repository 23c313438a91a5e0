import assert from "node:assert/strict";
import { test } from "node:test";
import { type Height, height } from "@polis/codec";
import type { FollowerState } from "./followerState.ts";
import { ProgressMeter, renderProgress } from "./progress.ts";
import { showProgress } from "./showProgress.ts";

const state = (name: FollowerState["name"], targetHeight: number): FollowerState => ({
  name,
  sources: 1,
  targetHeight,
});

test("the pace is that of the last looks, and says how long the rest takes", () => {
  const meter = new ProgressMeter();
  assert.equal(meter.look(state("syncing", 100_000), 0, 0).secondsLeft, undefined, "one look is no pace");
  let last = meter.look(state("syncing", 100_000), 2_000, 1_000);
  assert.deepEqual([last.blocksPerSecond, last.secondsLeft], [2_000, 49]);
  for (let i = 2; i <= 12; i++) last = meter.look(state("syncing", 100_000), 2_000 + (i - 1) * 500, i * 1_000);
  assert.deepEqual([last.blocksPerSecond, last.height], [500, 7_500], "what was long ago does not count");
  last = meter.look(state("ready", 90), 100_010, 13_000);
  assert.deepEqual([last.targetHeight, last.secondsLeft], [100_010, undefined]);
});

test("the line for a terminal", () => {
  const progress = { state: "syncing", height: 25_000, targetHeight: 100_000, blocksPerSecond: 2_310 } as const;
  assert.equal(
    renderProgress({ ...progress, secondsLeft: 33 }),
    "syncing [######------------------] 25,000 of 100,000 blocks  2,310/s  33 s left",
  );
  assert.match(renderProgress({ ...progress, secondsLeft: 600 }), / 10 min left$/);
  assert.match(renderProgress({ ...progress, secondsLeft: 36_000 }), / 10 h left$/);
  assert.equal(renderProgress({ ...progress, state: "ready", secondsLeft: undefined }), "ready at height 25,000");
  assert.match(renderProgress({ ...progress, state: "booting", secondsLeft: undefined }), /^booting: /);
});

test("a bar on a terminal ends when the head is reached; JSON lines for programs; a pipe stays quiet", () => {
  const node = (name: FollowerState["name"]): { state: () => FollowerState; finalizedHeight: Height } => ({
    state: () => state(name, 200),
    finalizedHeight: height(100),
  });
  const shown = (name: FollowerState["name"], json: boolean, columns: number | undefined): string => {
    const written: string[] = [];
    showProgress(node(name), { json, columns, write: (text) => void written.push(text) })();
    return written.join("");
  };
  assert.equal(shown("syncing", false, undefined), "");
  assert.ok(shown("syncing", false, 40).startsWith(`\r\u001b[2Ksyncing [${"#".repeat(12)}${"-".repeat(12)}]`));
  assert.ok(shown("syncing", false, 40).length <= 40 + 5);
  assert.match(shown("ready", false, 80), /ready at height 100\n$/);
  assert.deepEqual(JSON.parse(shown("syncing", true, undefined)), {
    ...{ state: "syncing", height: 100, targetHeight: 200, blocksPerSecond: 0, secondsLeft: null },
  });
});
