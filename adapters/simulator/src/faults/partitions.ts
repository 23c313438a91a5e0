import type { Prng } from "../random/prng.ts";
import type { SimNetwork } from "../run/buildNetwork.ts";

/** Splits all nodes into groups; position = node id. Halves, two thirds, one alone, random, and twins always apart. */
export function partitionOf(built: SimNetwork, prng: Prng): readonly number[] {
  const { nodes, setup } = built;
  const order = prng.shuffled(nodes.map((node) => node.id));
  const shape = prng.below(4);
  const first = [Math.floor(nodes.length / 2), Math.ceil((nodes.length * 2) / 3), 1, 0][shape]!;
  const groups: number[] = [];
  for (const [position, id] of order.entries()) {
    groups[id] = shape === 3 ? prng.below(3) : Number(position >= first);
  }
  for (const twin of nodes.slice(setup.n)) groups[twin.id] = 1 - Math.min(1, groups[twin.index] ?? 0);
  return groups;
}
