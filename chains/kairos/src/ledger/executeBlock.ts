import { equalBytes, ok, type Result, type ValidatorIndex } from "@polis/codec";
import type { BlockInfo } from "@polis/ports";
import type { DecodedBlock } from "../block/envelope.ts";
import { blockInfo } from "../block/inspectBlock.ts";
import { type BlockFault, refuseBlock } from "../errors.ts";
import { type ChainCore, parentOf } from "./chainCore.ts";
import { checkPlace } from "./checkPlace.ts";
import { type BlockResult, type OpenBlock, openBlock } from "./openBlock.ts";

/**
 * Applies B1-B4 and B6-B11 to a block and keeps its state and results under its digest. Idempotent by digest.
 * @param leader leader of the block's view, whose signature consensus has checked
 */
export function executeBlock(
  core: ChainCore,
  bytes: Uint8Array,
  leader: ValidatorIndex,
): Result<BlockInfo, BlockFault> {
  const decoded = core.blocks.decode(bytes);
  if (!decoded.ok) return decoded;
  const block = decoded.value;
  const known = parentOf(core, block.digest);
  if (known !== undefined) return ok(known.info);
  const parent = parentOf(core, block.header.parentHash);
  if (parent === undefined) return refuseBlock("BLOCK_UNKNOWN_PARENT", block.header.parentHash);
  const place = checkPlace(core, parent, block, leader);
  if (!place.ok) return place;
  if (!core.blocks.hasOwnTransactions(block)) return refuseBlock("BLOCK_TRANSACTIONS_ROOT");
  const open = openBlock(core, parent, place.value);
  const applied = applyAll(core, open, block);
  if (applied !== undefined) return applied;
  const result = open.seal();
  if (!result.ok) return result;
  const differs = firstDifference(block, result.value);
  if (differs !== undefined) return differs;
  const { digest, header, headerBytes } = block;
  const { state, receipts, transactions, touched, trail, tally, supply } = result.value;
  const info = blockInfo(block);
  core.states.adopt(digest, state);
  core.executed.set(digest, {
    info,
    header,
    headerBytes,
    block: bytes,
    transactions,
    receipts,
    touched,
    trail,
    tally,
    supply,
  });
  return ok(info);
}

/** B9; undefined when all transactions are valid at their positions. */
function applyAll(
  core: ChainCore,
  open: OpenBlock,
  block: DecodedBlock,
): { readonly ok: false; readonly fault: BlockFault } | undefined {
  for (let i = 0; i < block.transactions.length; i++) {
    const verified = core.verified.resolve(block.transactions[i]!);
    if (!verified.ok) return refuseBlock("BLOCK_TRANSACTION", `${i}: ${verified.fault.detail}`);
    const outcome = open.apply(verified.value);
    if (outcome.ok) continue;
    const { code, detail } = outcome.fault;
    if (code === "ALREADY_KNOWN") return refuseBlock("BLOCK_DUPLICATE", `${i}`);
    if (code === "INTERNAL") return refuseBlock("BLOCK_ENGINE", `block ${block.digest}, ${i}: ${detail}`);
    if (code === "LIMIT_EXCEEDED") return refuseBlock("BLOCK_LIMITS", `${i}: ${detail}`);
    return refuseBlock("BLOCK_TRANSACTION", `${i}: ${detail}`);
  }
  return undefined;
}

/** B10 and the smoothed gas of B6. */
function firstDifference(
  { header }: DecodedBlock,
  result: BlockResult,
): { readonly ok: false; readonly fault: BlockFault } | undefined {
  if (header.gasUsed !== result.gasUsed) return refuseBlock("BLOCK_RESULT", `gasUsed, want ${result.gasUsed}`);
  if (header.extra.smoothedGas !== result.smoothedGas) {
    return refuseBlock("BLOCK_FEES", `smoothed gas, want ${result.smoothedGas}`);
  }
  if (header.receiptsRoot !== result.receiptsRoot) return refuseBlock("BLOCK_RESULT", "receiptsRoot");
  if (!equalBytes(header.logsBloom, result.logsBloom)) return refuseBlock("BLOCK_RESULT", "logsBloom");
  return header.stateRoot === result.stateRoot ? undefined : refuseBlock("BLOCK_RESULT", "stateRoot");
}
