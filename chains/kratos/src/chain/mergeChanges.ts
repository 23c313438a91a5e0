import type { ChainNode } from "./chainNode.ts";
import { type HeldChange, Layer } from "./layer.ts";

/** The last change of each entry along a path. */
export function mergeChanges(path: readonly ChainNode[]): ReadonlyMap<string, HeldChange> {
  const merged = new Map<string, HeldChange>();
  for (const { entries } of path)
    if (entries instanceof Layer) for (const [name, c] of entries.changes) merged.set(name, c);
  return merged;
}
