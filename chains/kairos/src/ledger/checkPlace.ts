import { ok, type Result, type ValidatorIndex } from "@polis/codec";
import { isValidSeed } from "../block/checkSeed.ts";
import type { DecodedBlock } from "../block/envelope.ts";
import { blockTimeMs } from "../block/header.ts";
import { prevRandao } from "../block/prevRandao.ts";
import { type BlockFault, refuseBlock } from "../errors.ts";
import { nextBaseFee } from "../fees/nextBaseFee.ts";
import type { ChainCore } from "./chainCore.ts";
import type { ParentBlock } from "./executedBlock.ts";
import type { BlockPlace } from "./openBlock.ts";

/**
 * The rules that need the parent and no execution: B2, B3, B4, the base fee and gas limit of B6, and B7.
 * @returns what the execution needs to know of the block's place
 */
export function checkPlace(
  core: ChainCore,
  parent: ParentBlock,
  block: DecodedBlock,
  leader: ValidatorIndex,
): Result<BlockPlace, BlockFault> {
  const { header } = block;
  const { params } = core;
  const { extra } = header;
  if (header.number !== parent.header.number + 1) return refuseBlock("BLOCK_HEADER", "number");
  if (extra.epoch !== params.epoch) return refuseBlock("BLOCK_HEADER", "epoch");
  if (extra.parentView !== parent.header.extra.view) return refuseBlock("BLOCK_HEADER", "parent view");
  if (extra.view <= extra.parentView) return refuseBlock("BLOCK_HEADER", "view");
  const beneficiary = core.genesis.validators[leader]?.feeAddress;
  if (header.beneficiary !== beneficiary) return refuseBlock("BLOCK_BENEFICIARY");
  if (blockTimeMs(header) <= blockTimeMs(parent.header)) return refuseBlock("BLOCK_TIME");
  const baseFee = nextBaseFee(parent.header.baseFeePerGas, parent.header.extra.smoothedGas, params.fees);
  if (header.gasLimit !== params.block.gasLimit) return refuseBlock("BLOCK_FEES", "gasLimit");
  if (header.baseFeePerGas !== baseFee) return refuseBlock("BLOCK_FEES", `baseFeePerGas, want ${baseFee}`);
  const randao = prevRandao(header.parentHash, extra.view, block.prevSeed);
  if (header.mixHash !== randao) return refuseBlock("BLOCK_RANDAO", "mixHash");
  if (!isValidSeed(extra.view, block.prevSeed, core.genesisDigest, core.verifySeed)) {
    return refuseBlock("BLOCK_RANDAO", "prevSeed");
  }
  return ok({ timestampS: header.timestampS, view: extra.view, baseFee, beneficiary, prevRandao: randao });
}
