import type { Base } from "./base.ts";
import type { Layer } from "./layer.ts";
import { countAges, dropOldNodes } from "./trie/sweepTrie.ts";

/** States for which rows may still be on their way to the store: their nodes are never forgotten. */
export const unsettledLayers = 8;

/**
 * Keeps the trie nodes in memory within their limit after a state became final: forgets the longest unused nodes until
 * at most half of the limit is left. Runs once per many blocks, so its cost per block is small.
 */
export function sweepNodes(base: Base, final: Layer): void {
  if (base.nodes <= base.limits.maxCachedNodes) return;
  const roots = [final.accountTrie, ...[...new Set(base.tries.values())].map(({ root }) => root)];
  const counts = new Map<number, number>();
  for (const root of roots) countAges(root, counts);
  const ages = [...counts.keys()].sort((a, b) => b - a);
  let kept = 0;
  let oldest = final.number;
  for (const age of ages) {
    if (age <= final.number - unsettledLayers && kept + counts.get(age)! > base.limits.maxCachedNodes / 2) break;
    kept += counts.get(age)!;
    oldest = age;
  }
  for (const root of roots) dropOldNodes(root, oldest);
  base.nodes = kept;
}
