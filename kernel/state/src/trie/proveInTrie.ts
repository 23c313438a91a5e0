import { buildTrie, sortPairs, type TriePair, type TrieTrace } from "./trieRoot.ts";

/**
 * Proves the value of a key, or its absence, in the trie of these pairs.
 * @returns the nodes from the root down, as EIP-1186 lists them; empty for an empty trie
 */
export function proveInTrie(pairs: readonly TriePair[], key: Uint8Array): readonly Uint8Array[] {
  return proveSorted(sortPairs(pairs), key);
}

/** As proveInTrie, for pairs already in key order. */
export function proveSorted(sorted: readonly TriePair[], key: Uint8Array): readonly Uint8Array[] {
  const trace: TrieTrace = { key, nodes: [] };
  buildTrie(sorted, trace);
  return trace.nodes.reverse();
}
