import type { Digest } from "@polis/codec";
import { type ApiError, refusal } from "../api/method.ts";
import { beginBlock, createBlockContext } from "../ledger/blockContext.ts";
import { paymentType } from "../payment/types.ts";
import { handlerOf } from "../transaction/decodeTransaction.ts";
import type { BlockContext } from "../transaction/execution.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import { changesRestrictions } from "../usdc/face/restrictionEvents.ts";
import { writtenFaceRules } from "../usdc/faceRules.ts";
import { hashesBelow } from "./environment.ts";
import { createScratchState } from "./scratchState.ts";
import type { CallWorld } from "./world.ts";

/** A block that is executed once more on the state of its parent, as far as somebody wants to see it. */
export interface Replay {
  readonly context: BlockContext;
  readonly transactions: readonly VerifiedTransaction[];
  /** Executes one of the block's transactions without looking. */
  pass(verified: VerifiedTransaction): void;
}

type Opened = { readonly ok: true; readonly value: Replay } | { readonly ok: false; readonly error: ApiError };

/** Prepares the replay of an executed block; -32001 when its parent's state is not kept (kairos 6.4). */
export function openReplay(world: CallWorld, block: Digest): Opened {
  const header = world.header(block);
  const transactions = world.transactions(block);
  if (header === undefined || transactions === undefined) return refusal(-32001, "block not found");
  if (header.number === 0) return refusal(-32000, "genesis is not traceable");
  const parent = world.state(header.parentHash);
  if (parent === undefined) {
    return refusal(-32001, `the state of block ${header.number - 1} is not kept by this node`);
  }
  const state = createScratchState(parent);
  const context = createBlockContext({
    params: world.params,
    evm: world.evm,
    ...(world.leniency === undefined ? {} : { leniency: world.leniency }),
    state,
    face: writtenFaceRules(state),
    number: header.number,
    timestampS: header.timestampS,
    baseFee: header.baseFeePerGas,
    beneficiary: header.beneficiary,
    prevRandao: header.mixHash,
    parentHash: header.parentHash,
    blockHash: hashesBelow(world, header.parentHash, BigInt(header.number)),
  });
  beginBlock(context);
  return { ok: true, value: { context, transactions, pass: (verified) => pass(context, verified) } };
}

function pass(context: BlockContext, verified: VerifiedTransaction): void {
  const { transaction } = verified;
  const outcome = handlerOf(transaction).execute(context, verified);
  if (!outcome.ok) throw new Error(`a transaction of an executed block is refused: ${outcome.fault.code}`);
  if (transaction.type !== paymentType && changesRestrictions(outcome.value.logs)) {
    context.face = writtenFaceRules(context.state);
  }
}
