import { type Digest, digestOf } from "@polis/codec";
import { emptyTrieRoot } from "./emptyTrieRoot.ts";
import { proveSorted } from "./proveInTrie.ts";
import { buildTrie, type TriePair } from "./trieRoot.ts";

/**
 * Root of the trie of a list, as in a header's transactionsRoot and receiptsRoot: item i is under the key rlp(i). The
 * order of those keys is known, so nothing is sorted.
 * @param items not empty each; for typed transactions and receipts the whole envelope
 * @example trieRootOfList(block.transactions)
 */
export function trieRootOfList(items: readonly Uint8Array[]): Digest {
  return digestOf(buildTrie(listPairs(items)) ?? emptyTrieRoot);
}

/**
 * Proves item `index` of a list, or that the list ends before it. Verify with verifyProof and the key listKey(index).
 * @returns the nodes from the root down
 */
export function proveInList(items: readonly Uint8Array[], index: number): readonly Uint8Array[] {
  return proveSorted(listPairs(items), listKey(index));
}

/**
 * Key of item `index` of a list trie: rlp(index).
 * @param index below 2^24
 * @example listKey(128) // 81 80
 */
export function listKey(index: number): Uint8Array {
  if (index === 0) return Uint8Array.of(0x80);
  if (index < 0x80) return Uint8Array.of(index);
  if (index < 0x100) return Uint8Array.of(0x81, index);
  if (index < 0x1_0000) return Uint8Array.of(0x82, index >> 8, index & 255);
  if (index >= 0x100_0000) throw new RangeError("list too long for a trie");
  return Uint8Array.of(0x83, index >> 16, (index >> 8) & 255, index & 255);
}

/** Keys 01..7f come first, then rlp(0) = 80, then the longer ones in order. */
function listPairs(items: readonly Uint8Array[]): TriePair[] {
  const pairs: TriePair[] = [];
  const take = (index: number) => {
    const item = items[index]!;
    if (item.length === 0) throw new RangeError("a trie holds no empty value");
    pairs.push([listKey(index), item]);
  };
  for (let i = 1; i < items.length && i < 0x80; i++) take(i);
  if (items.length > 0) take(0);
  for (let i = 0x80; i < items.length; i++) take(i);
  return pairs;
}
