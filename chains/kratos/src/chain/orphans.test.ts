import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeKce, height } from "@polis/codec";
import { kceBlock } from "../block/block.ts";
import { straight } from "../testing/blockTree.ts";
import { codec } from "../testing/testChain.ts";
import { Orphans } from "./orphans.ts";

const { blocks, tips } = straight(6);
const hashes = tips.slice(1).map(({ hash }) => hash);
const sizes = blocks.map((block) => encodeKce(kceBlock(codec), block).length);

test("the highest leave first when there are too many, and a higher newcomer stays out (12.11)", () => {
  const orphans = new Orphans(codec, { blocks: 3, bytes: 1_000_000 });
  for (const i of [5, 3, 1]) assert.ok(orphans.add(hashes[i]!, blocks[i]!));
  assert.ok(orphans.add(hashes[2]!, blocks[2]!));
  assert.equal(orphans.has(hashes[5]!), false);
  assert.equal(orphans.add(hashes[4]!, blocks[4]!), false);
  assert.equal(orphans.size, 3);
  assert.ok(orphans.add(hashes[1]!, blocks[1]!));
  assert.equal(orphans.size, 3);
});

test("bytes are bounded too, and come back when a block leaves", () => {
  const orphans = new Orphans(codec, { blocks: 100, bytes: sizes[0]! + sizes[1]! });
  assert.ok(orphans.add(hashes[0]!, blocks[0]!) && orphans.add(hashes[1]!, blocks[1]!));
  assert.equal(orphans.add(hashes[2]!, blocks[2]!), false);
  assert.equal(orphans.bytes, sizes[0]! + sizes[1]!);
  assert.deepEqual(
    orphans.takeChildren(hashes[0]!).map(({ hash }) => hash),
    [hashes[1]],
  );
  orphans.prune(height(1));
  assert.deepEqual([orphans.size, orphans.bytes], [0, 0]);
});

test("what to ask for is the first ancestor that is missing", () => {
  const orphans = new Orphans(codec);
  for (const i of [2, 3, 5]) orphans.add(hashes[i]!, blocks[i]!);
  assert.equal(orphans.missingAncestor(hashes[3]!), hashes[1]);
  assert.equal(orphans.missingAncestor(hashes[5]!), hashes[4]);
  assert.equal(orphans.missingAncestor(hashes[0]!), hashes[0]);
});
