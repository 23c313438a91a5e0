import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { seconds } from "@polis/codec";
import fc from "fast-check";
import { openTree, straight } from "../testing/blockTree.ts";

const { chain, blocks } = straight(12);
const last = blocks.at(-1)!.header;

test("I42: a node with any clock takes the same blocks sooner or later, and finds no fault in them", () => {
  fc.assert(
    fc.property(fc.integer({ min: -3_600, max: 3_600 }), (offS) => {
      const tree = openTree(chain);
      for (const block of blocks) {
        const early = tree.import(block, { nowS: seconds(block.header.timestamp + offS) }).outcome;
        assert.equal(early.kind, offS < -10 ? "future" : "imported");
        if (early.kind === "future") tree.import(block, { nowS: seconds(block.header.timestamp) });
      }
      assert.equal(tree.head.header.stateRoot, last.stateRoot);
    }),
    { numRuns: 20 },
  );
});

test("I42: nothing that judges blocks knows the local clock", () => {
  const root = join(import.meta.dirname, "..");
  for (const folder of ["block", "chain", "modules", "runtime", "genesis", "state", "transaction"]) {
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
      assert.ok(!readFileSync(join(root, folder, file), "utf8").includes("localClock/"), `${folder}/${file}`);
    }
  }
});
