import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeKce, height } from "@polis/codec";
import { kceBlock } from "../block/block.ts";
import { straight } from "../testing/blockTree.ts";
import { codec } from "../testing/testChain.ts";
import { Orphans, orphanLimits } from "./orphans.ts";

const { blocks, tips } = straight(6);
const hashes = tips.slice(1).map(({ hash }) => hash);
const sizes = blocks.map((block) => encodeKce(kceBlock(codec), block).length);

test("the highest leave first when there are too many, and a higher newcomer stays out (12.11)", () => {
  const orphans = new Orphans(codec, { ...orphanLimits, blocks: 3 });
  for (const i of [5, 3, 1]) assert.ok(orphans.add(hashes[i]!, blocks[i]!));
  assert.ok(orphans.add(hashes[2]!, blocks[2]!));
  assert.equal(orphans.has(hashes[5]!), false);
  assert.equal(orphans.add(hashes[4]!, blocks[4]!), false);
  assert.equal(orphans.size, 3);
  assert.ok(orphans.add(hashes[1]!, blocks[1]!));
  assert.equal(orphans.size, 3);
});

test("bytes are bounded too, and come back when a block leaves", () => {
  const orphans = new Orphans(codec, { ...orphanLimits, bytes: sizes[0]! + sizes[1]! });
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

test("one author has a part of the room: what it sends displaces its own blocks, and nobody else's", () => {
  const authorOf = (i: number) => blocks[i]!.header.author;
  const own = blocks.flatMap((_, i) => (authorOf(i) === authorOf(0) ? [i] : []));
  const other = blocks.findIndex((_, i) => authorOf(i) !== authorOf(0));
  assert.ok(own.length >= 2 && other >= 0);
  for (const limits of [
    { ...orphanLimits, blocksEach: 1 },
    { ...orphanLimits, bytesEach: Math.max(...sizes) },
  ]) {
    const orphans = new Orphans(codec, limits);
    assert.ok(orphans.add(hashes[own.at(-1)!]!, blocks[own.at(-1)!]!));
    assert.ok(orphans.add(hashes[other]!, blocks[other]!));
    assert.ok(orphans.add(hashes[own[0]!]!, blocks[own[0]!]!));
    assert.equal(orphans.has(hashes[own.at(-1)!]!), false);
    assert.equal(orphans.add(hashes[own.at(-1)!]!, blocks[own.at(-1)!]!), false);
    assert.deepEqual([orphans.size, orphans.has(hashes[other]!)], [2, true]);
    assert.equal(orphans.bytes, sizes[own[0]!]! + sizes[other]!);
  }
});

test("what to ask for is the first ancestor that is missing", () => {
  const orphans = new Orphans(codec);
  for (const i of [2, 3, 5]) orphans.add(hashes[i]!, blocks[i]!);
  assert.equal(orphans.missingAncestor(hashes[3]!), hashes[1]);
  assert.equal(orphans.missingAncestor(hashes[5]!), hashes[4]);
  assert.equal(orphans.missingAncestor(hashes[0]!), hashes[0]);
});
