import type { ServiceImpl } from "@connectrpc/connect";
import { height } from "@polis/codec";
import type { ApiBlock, KairosBackend } from "@polis/kairos";
import type { BlockService, StreamBlocksRequest } from "@polis/proto";
import { callError, wrongField } from "../callError.ts";
import { blockMessage, type StatusOf } from "../convert/blockMessage.ts";
import { hashField, heightField } from "../fields.ts";
import { followFinal } from "../streams/followFinal.ts";

const defaultPage = 100;
const maxPage = 1_000;
/** Transactions in one answer with whole blocks: larger pages end early and say where they go on. */
const maxPageTransactions = 5_000;

/** Blocks (kairos 15.2). */
export function blockService(node: KairosBackend, statusOf: StatusOf): ServiceImpl<typeof BlockService> {
  const show = (block: ApiBlock, whole: boolean) => blockMessage(node, block, whole, statusOf);
  const found = (block: ApiBlock | undefined, whole: boolean, what: string) => {
    if (block === undefined) throw callError("NOT_FOUND", what);
    return { block: show(block, whole) };
  };
  return {
    getBlock: ({ hash, includeTransactions }) =>
      found(node.blockByDigest(hashField(hash)), includeTransactions, "no block has this hash"),
    getBlockByHeight({ height: wanted, includeTransactions }) {
      const at = heightField(wanted, "height");
      return found(node.blockByHeight(at), includeTransactions, `height ${at} is not final here`);
    },
    getLatestBlock: ({ includeTransactions }) =>
      found(node.blockByHeight(node.finalizedHeight()), includeTransactions, "no block is final"),
    getBlocks({ fromHeight, toHeight, limit, includeTransactions }) {
      if (limit > maxPage) throw wrongField("limit", `at most ${maxPage}`);
      const from = heightField(fromHeight, "from_height");
      const last = lastHeight(node, toHeight);
      const blocks = [];
      let transactions = 0;
      let at: number = from;
      for (; at <= last && blocks.length < (limit || defaultPage); at++) {
        const block = node.blockByHeight(height(at));
        if (block === undefined) break;
        if (includeTransactions) transactions += block.decoded().length;
        if (transactions > maxPageTransactions && blocks.length > 0) break;
        blocks.push(show(block, includeTransactions));
      }
      return { blocks, hasMore: at <= last, nextHeight: BigInt(at) };
    },
    async *streamBlocks(request, { signal }) {
      for await (const block of wantedStream(node, request, signal)) {
        yield { block: show(block, request.includeTransactions) };
      }
    },
  };
}

function lastHeight(node: KairosBackend, to: bigint): number {
  const tip = node.finalizedHeight();
  return to === 0n ? tip : Math.min(tip, heightField(to, "to_height"));
}

async function* wantedStream(
  node: KairosBackend,
  request: Pick<StreamBlocksRequest, "fromHeight" | "toHeight" | "limit">,
  signal: AbortSignal,
): AsyncGenerator<ApiBlock> {
  const from = heightField(request.fromHeight, "from_height");
  const to = request.toHeight === 0n ? undefined : heightField(request.toHeight, "to_height");
  if (to !== undefined && to < from) throw wrongField("to_height", "0 or at least from_height");
  let left = request.limit;
  for await (const block of followFinal(node, from, to, signal)) {
    yield block;
    if (left !== 0n && --left === 0n) return;
  }
}
