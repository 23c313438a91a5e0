import type { BlockRef } from "@polis/finality";
import type { ChainNode } from "./chainNode.ts";

/** Number and hash of a node. */
export function refOf({ hash, header: { number } }: ChainNode): BlockRef {
  return { number, hash };
}

/** The nodes above `below` up to `to`, lowest first. @throws Error when `to` does not descend from it */
export function pathFrom(below: ChainNode, to: ChainNode): readonly ChainNode[] {
  const path: ChainNode[] = [];
  let at: ChainNode | undefined = to;
  while (at !== undefined && at.hash !== below.hash) {
    path.push(at);
    at = at.parent;
  }
  if (at === undefined) throw new Error(`${to.hash} does not descend from ${below.hash}`);
  return path.reverse();
}

/** The node and everything above it, parents first. */
export function descendants(of: ChainNode): readonly ChainNode[] {
  const found = [of];
  for (let i = 0; i < found.length; i++) found.push(...found[i]!.children);
  return found;
}

/** The ancestor-or-self of a node at a number; undefined below the root. */
export function ancestorAt(node: ChainNode, number: number): ChainNode | undefined {
  let at: ChainNode | undefined = node;
  while (at !== undefined && at.header.number > number) at = at.parent;
  return at?.header.number === number ? at : undefined;
}

/** What lies on the way from one node to another: blocks that are left, and blocks that are entered, lowest first each. */
export function parting(from: ChainNode, to: ChainNode): readonly [readonly ChainNode[], readonly ChainNode[]] {
  const gone: ChainNode[] = [];
  const come: ChainNode[] = [];
  let a: ChainNode | undefined = from;
  let b: ChainNode | undefined = to;
  while (a?.hash !== b?.hash) {
    const numberA = a?.header.number ?? -1;
    const numberB = b?.header.number ?? -1;
    if (a !== undefined && numberA >= numberB) {
      gone.push(a);
      a = a.parent;
    }
    if (b !== undefined && numberB >= numberA) {
      come.push(b);
      b = b.parent;
    }
  }
  return [gone.reverse(), come.reverse()];
}
