import { ok, type Result } from "@polis/codec";
import type { BlockInfo } from "@polis/ports";
import type { BlockFault } from "../errors.ts";
import type { KairosParams } from "../params.ts";
import { type DecodedBlock, decodeBlock } from "./envelope.ts";
import { blockTimeMs } from "./header.ts";

/**
 * What consensus needs to know of a block, from its bytes alone (K4, B1). Executes nothing.
 * @returns a fault of decodeBlock
 */
export function inspectBlock(
  bytes: Uint8Array,
  params: Pick<KairosParams, "block" | "tx" | "randomness">,
): Result<BlockInfo, BlockFault> {
  const decoded = decodeBlock(bytes, params);
  return decoded.ok ? ok(blockInfo(decoded.value)) : decoded;
}

/** The consensus view of a decoded block, or of a header alone. */
export function blockInfo(
  block: Pick<DecodedBlock, "header" | "digest" | "prevSeed"> & Partial<Pick<DecodedBlock, "transactions">>,
): BlockInfo {
  const { header, digest, prevSeed, transactions } = block;
  return {
    digest,
    height: header.number,
    parentDigest: header.parentHash,
    epoch: header.extra.epoch,
    view: header.extra.view,
    parentView: header.extra.parentView,
    timeMs: blockTimeMs(header),
    prevSeed,
    ...(transactions === undefined ? {} : { transactions: transactions.length }),
  };
}
