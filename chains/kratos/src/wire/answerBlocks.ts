import { type Digest, digestOf, height } from "@polis/codec";
import type { Block } from "../block/block.ts";
import type { ChainNode } from "../chain/chainNode.ts";
import type { ChainReader } from "../chain/chainReader.ts";
import { chainTables, numberKey } from "../chain/tables.ts";
import { wireLimits } from "./limits.ts";
import type { NodeRequest, NodeResponse } from "./messages.ts";

/** What an answer holds besides its blocks: tag, count, has_more, best_height. */
const ENVELOPE_BYTES = 4 + 8 + 1 + 8;

/** Blocks of the best chain from a number on, as many as are asked for and fit (kratos-core 12.8). */
export function answerBlocks(
  reader: ChainReader,
  { fromBlock, maxBlocks, includeBodies }: Extract<NodeRequest, { kind: "sync" }>,
): NodeResponse {
  if (maxBlocks < 1 || maxBlocks > wireLimits.syncBlocks) {
    return { kind: "error", text: `max_blocks is 1 to ${wireLimits.syncBlocks}` };
  }
  const { tree } = reader;
  const { number: bestHeight } = tree.head.header;
  const blocks: Block[] = [];
  const last = Math.min(bestHeight, fromBlock + maxBlocks - 1);
  let room = wireLimits.responseBytes - ENVELOPE_BYTES;
  for (const hash of hashesOf(tree, fromBlock, last)) {
    const block = tree.readBlock(hash);
    const bytes = tree.store.get(chainTables.blocks, Uint8Array.fromHex(hash))?.length ?? 0;
    if (block === undefined || bytes > room) break;
    room -= bytes;
    blocks.push(includeBodies ? block : { header: block.header, transactions: [] });
  }
  // A node that warped has no blocks below its snapshot.
  if (blocks.length === 0 && fromBlock <= bestHeight) return { kind: "notFound" };
  return { kind: "sync", blocks, hasMore: fromBlock + blocks.length <= bestHeight, bestHeight };
}

/** The hashes of the best chain, in one walk over the part that is not final. */
function* hashesOf(tree: ChainReader["tree"], from: number, to: number): Generator<Digest> {
  const final = tree.final.header.number;
  for (let number = from; number <= Math.min(to, final); number++) {
    const bytes = tree.store.get(chainTables.numbers, numberKey(height(number)));
    if (bytes === undefined) return;
    yield digestOf(bytes);
  }
  const found: Digest[] = [];
  let at: ChainNode | undefined = tree.head;
  for (; at !== undefined && at.header.number > final && at.header.number >= from; at = at.parent) {
    if (at.header.number <= to) found.push(at.hash);
  }
  yield* found.reverse();
}
