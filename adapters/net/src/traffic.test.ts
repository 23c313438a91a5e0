import assert from "node:assert/strict";
import { test } from "node:test";
import { frameRules } from "./frameTypes.ts";
import { Traffic } from "./traffic.ts";

test("frames and bytes are counted by direction and type, with labels that are made once", () => {
  const seen: (readonly [string, number, object])[] = [];
  const metrics = {
    count: (name: string, by = 1, labels: object = {}) => seen.push([name, by, labels]),
    gauge: () => undefined,
    observe: () => undefined,
  };
  const traffic = new Traffic(metrics, frameRules(1_000));
  traffic.received(0x02, 100);
  traffic.sent(0x02, 78);
  traffic.received(0x02, 0);
  traffic.sent(0xff, 1);
  assert.deepEqual(seen, [
    ["p2p_frames_total", 1, { direction: "in", type: "Notarize" }],
    ["p2p_bytes_total", 122, { direction: "in", type: "Notarize" }],
    ["p2p_frames_total", 1, { direction: "out", type: "Notarize" }],
    ["p2p_bytes_total", 100, { direction: "out", type: "Notarize" }],
    ["p2p_frames_total", 1, { direction: "in", type: "Notarize" }],
    ["p2p_bytes_total", 22, { direction: "in", type: "Notarize" }],
  ]);
  assert.equal(seen[0]![2], seen[4]![2]);
  assert.ok(Object.isFrozen(seen[0]![2]));
});
