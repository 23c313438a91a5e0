import type { Block } from "../block/block.ts";
import { blockHash } from "../block/header.ts";
import type { WireFaultCode } from "./errors.ts";
import type { NodeRequest, NodeResponse } from "./messages.ts";

const KINDS: Readonly<Record<NodeRequest["kind"], NodeResponse["kind"]>> = {
  blockByHash: "block",
  blockByNumber: "block",
  headerByNumber: "header",
  sync: "sync",
  status: "status",
  genesis: "genesis",
  snapshotHeader: "snapshotHeader",
  snapshotHandoffs: "snapshotHandoffs",
  snapshotChunk: "snapshotChunk",
  votes: "votes",
  catchUp: "justifications",
};

/**
 * Checks an answer against its request by what the two say alone (kratos-core 12.8). Not found and an error text answer
 * everything.
 * @returns the rule that is broken, undefined when none is
 */
export function isAnswerTo(request: NodeRequest, response: NodeResponse): WireFaultCode | undefined {
  if (response.kind === "notFound" || response.kind === "error") return undefined;
  if (response.kind !== KINDS[request.kind]) return "WIRE_OTHER_ANSWER";
  return isWhatWasAsked(request, response) ? undefined : "WIRE_OTHER_BLOCKS";
}

function isWhatWasAsked(request: NodeRequest, response: NodeResponse): boolean {
  switch (response.kind) {
    case "block":
      if (request.kind === "blockByHash") return blockHash(response.block.header) === request.hash;
      return request.kind !== "blockByNumber" || response.block.header.number === request.number;
    case "header":
      return request.kind !== "headerByNumber" || response.header.number === request.number;
    case "sync":
      return request.kind !== "sync" || isRange(request, response.blocks);
    case "votes":
      return (
        request.kind !== "votes" ||
        response.votes.every(({ set, round }) => set === request.set && round === request.round)
      );
    case "justifications":
      return request.kind !== "catchUp" || isAscending(request.finalized, response.justifications);
    default:
      return true;
  }
}

/** Blocks of consecutive numbers from the first one asked for, each on the one before it. */
function isRange(request: Extract<NodeRequest, { kind: "sync" }>, blocks: readonly Block[]): boolean {
  if (blocks.length > request.maxBlocks) return false;
  return blocks.every(({ header, transactions }, i) => {
    if (header.number !== request.fromBlock + i) return false;
    if (!request.includeBodies && transactions.length > 0) return false;
    return i === 0 || header.parentHash === blockHash(blocks[i - 1]!.header);
  });
}

function isAscending(
  finalized: number,
  justifications: readonly { readonly block: { readonly number: number } }[],
): boolean {
  return justifications.every(({ block }, i) => block.number > (justifications[i - 1]?.block.number ?? finalized));
}
