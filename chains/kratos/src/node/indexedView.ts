import { height } from "@polis/codec";
import type { BlockRef, FinalityChain } from "@polis/finality";
import { finalityView } from "../chain/finalityView.ts";
import { ancestorAt, refOf } from "../chain/paths.ts";
import type { NodeCore } from "./core.ts";

/** The chain as the gadget reads it, with the index of final blocks for the way down: a set may vote for months. */
export function indexedView({ tree, reader }: Pick<NodeCore, "tree" | "reader">): FinalityChain {
  const ancestor = (block: BlockRef, number: number): BlockRef | undefined => {
    const node = tree.node(block.hash);
    if (number >= tree.final.header.number) {
      const found = node && ancestorAt(node, number);
      return found && refOf(found);
    }
    // Everything above the last final block has the final chain below it; another block must be of that chain itself.
    const isOfChain = node !== undefined || reader.hashAt(block.number) === block.hash;
    const hash = isOfChain ? reader.hashAt(number) : undefined;
    return hash && { number: height(number), hash };
  };
  return { ...finalityView(tree), ancestor };
}
