import { compareBytes } from "@polis/codec";
import type { TrieChange } from "./updateTrie.ts";

/**
 * Sorts changes by key, in a new array. Keys are hashes, so their first six bytes as one number decide nearly always,
 * and comparing numbers is several times faster than comparing arrays.
 */
export function sortChanges(changes: readonly TrieChange[]): TrieChange[] {
  const ranked = changes.map((change) => ({ rank: rankOf(change.key), change }));
  ranked.sort((a, b) => a.rank - b.rank || compareBytes(a.change.key, b.change.key));
  return ranked.map(({ change }) => change);
}

function rankOf(key: Uint8Array): number {
  const high = (key[0]! << 16) | (key[1]! << 8) | key[2]!;
  return high * 0x100_0000 + ((key[3]! << 16) | (key[4]! << 8) | key[5]!);
}
