import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compareBytes, digestOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { ByteArena } from "../arena.ts";
import { accountTrieOwner } from "../tables.ts";
import type { TrieNode } from "./node.ts";
import { sealTrie } from "./sealTrie.ts";
import { sortChanges } from "./sortChanges.ts";
import { type TriePair, trieRoot } from "./trieRoot.ts";
import { updateTrie } from "./updateTrie.ts";

interface Case {
  readonly in: Record<string, string | null> | readonly (readonly [string, string | null])[];
  readonly root: string;
}

const folder = join(import.meta.dirname, "../../../../../shared/vectors/trie");
const bytes = (text: string) =>
  text.startsWith("0x") ? Uint8Array.fromHex(text.slice(2)) : new TextEncoder().encode(text);
const steps = (one: Case) =>
  (Array.isArray(one.in) ? one.in : Object.entries(one.in)) as readonly [string, string | null][];

/** How each known file is run; a file that is not here fails the test. */
const runners: Record<string, (one: Case) => void> = {
  "trieanyorder.json": plain,
  "trietest.json": plain,
  "hex_encoded_securetrie_test.json": secure,
  "trieanyorder_secureTrie.json": secure,
  "trietest_secureTrie.json": secure,
};

test("Ethereum's trie vectors", { skip: existsSync(folder) ? false : "../shared/vectors is absent" }, (t) => {
  for (const file of readdirSync(folder).sort((a, b) => (a < b ? -1 : 1))) {
    const cases = JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<string, Case>;
    if (file === "trietestnextprev.json") {
      neighbours(cases as unknown as Record<string, Neighbours>);
      continue;
    }
    const run = runners[file];
    assert.ok(run, `no runner for ${file}`);
    for (const [name, one] of Object.entries(cases)) {
      run(one);
      t.diagnostic(`${file} ${name}`);
    }
  }
});

function plain(one: Case): void {
  const held = new Map<string, TriePair>();
  for (const [key, value] of steps(one)) {
    if (value === null) held.delete(bytes(key).toHex());
    else held.set(bytes(key).toHex(), [bytes(key), bytes(value)]);
  }
  assert.equal(`0x${trieRoot([...held.values()])}`, one.root);
}

/** Hashed keys go through the incremental trie, once step by step and once as a whole batch. */
function secure(one: Case): void {
  const all = steps(one).map(([key, value]) => ({
    key: keccak256(bytes(key)),
    value: value === null ? undefined : bytes(value),
  }));
  const last = [...new Map(all.map((change) => [change.key.toHex(), change])).values()];
  for (const batches of [all.map((change) => [change]), [last]]) {
    let root: TrieNode | null = null;
    for (const batch of batches)
      root = updateTrie({ age: 1, load: unreachable, vacate: () => {} }, root, sortChanges(batch));
    const hash = sealTrie({ owner: accountTrieOwner, arena: new ByteArena(), vacated: [], sealed: 0 }, root);
    assert.equal(`0x${digestOf(hash)}`, one.root);
  }
}

function unreachable(): never {
  throw new Error("a trie built in memory has no stubs");
}

interface Neighbours {
  readonly in: readonly string[];
  readonly tests: readonly (readonly [at: string, before: string, after: string])[];
}

/** Neighbours of a key in trie order: ours is the byte order in which pairs are sorted and rows stored. */
function neighbours(cases: Record<string, Neighbours>): void {
  for (const { in: keys, tests } of Object.values(cases)) {
    const sorted = keys.map((key) => bytes(key)).sort((a, b) => compareBytes(a, b));
    const text = (key: Uint8Array | undefined) => (key === undefined ? "" : new TextDecoder().decode(key));
    for (const [at, before, after] of tests) {
      assert.equal(text(sorted.findLast((key) => compareBytes(key, bytes(at)) < 0)), before);
      assert.equal(text(sorted.find((key) => compareBytes(key, bytes(at)) > 0)), after);
    }
  }
}
