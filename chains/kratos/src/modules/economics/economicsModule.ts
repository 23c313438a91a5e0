import { type Epoch, epoch, type Krat12, kceDigest, kceRecord, kceU32, krat12 } from "@polis/codec";
import { burnCurve } from "../../economics/curves.ts";
import { inflationRate } from "../../economics/inflation.ts";
import { burnAllowance, emissionPerBlock, producerPart, splitEmission, splitFees } from "../../economics/rewards.ts";
import { type AccountId, systemAccounts } from "../../identifiers.ts";
import { kceEpoch, kceKrat } from "../../kce.ts";
import type { BlockContext } from "../../runtime/context.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import type { Module } from "../../runtime/module.ts";
import type { State } from "../../state/state.ts";
import { credit, debit } from "../accounts/account.ts";
import { credits, totalCredits } from "../credits/creditRecord.ts";
import { epochData } from "../epoch/epochData.ts";
import { participated } from "../participation/duties.ts";
import { security } from "../security/securityState.ts";
import { validators } from "../validators/validator.ts";
import { ACTIVE_EPOCHS, burn, economics, mint } from "./economicsState.ts";

/** Fields of event 16. */
export interface BlockReward {
  readonly author: AccountId;
  readonly emission: Krat12;
  readonly fees: Krat12;
  readonly burned: Krat12;
  readonly treasury: Krat12;
}

/** Event 16. */
export const BlockRewarded: EventKind<BlockReward> = defineEvent(
  16,
  "BlockRewarded",
  kceRecord({ author: kceDigest, emission: kceKrat, fees: kceKrat, burned: kceKrat, treasury: kceKrat }),
);

/** Fields of event 17. */
export interface PoolSettlement {
  readonly epoch: Epoch;
  readonly receivers: number;
  readonly each: Krat12;
  readonly reserve: Krat12;
}

/** Event 17. */
export const PoolSettled: EventKind<PoolSettlement> = defineEvent(
  17,
  "PoolSettled",
  kceRecord({ epoch: kceEpoch, receivers: kceU32, each: kceKrat, reserve: kceKrat }),
);

const NOMINAL_SLOTS = 600;

/** Emission, fees, the validators' pool (kratos-core 9). */
export const economicsModule: Module = {
  name: "economics",
  events: [BlockRewarded, PoolSettled],
  epoch: { validatorPool: settlePool, emission: fixEmission },
  afterTransactions: rewardBlock,
};

/** The pool goes in equal parts to those with the uptime credit of the epoch, the rest to the Reserve (kratos-core 9.4). */
function settlePool({ state, block, emit }: BlockContext): void {
  const receivers = state.get(epochData).epochDuties.flatMap((duty) => {
    return participated(duty) === true && hasEarned(state, duty.account, block.epoch) ? [duty.account] : [];
  });
  const { poolBalance } = state.get(economics);
  const each = krat12(receivers.length === 0 ? 0n : poolBalance / BigInt(receivers.length));
  const rest = krat12(poolBalance - each * BigInt(receivers.length));
  debit(state, systemAccounts.validatorPool, poolBalance);
  for (const account of receivers) credit(state, account, each);
  credit(state, systemAccounts.reserve, rest);
  state.update(economics, (before) => ({ ...before, poolBalance: krat12(0n) }));
  state.update(epochData, (now) => ({ ...now, epochDuties: [] }));
  emit(PoolSettled.of({ epoch: block.epoch, receivers: receivers.length, each, reserve: rest }));
}

/** True for who got the uptime credit at this boundary, also when an offence was found since; not for who left before it. */
function hasEarned(state: State, account: AccountId, entered: Epoch): boolean {
  const status = state.get(validators.of(account))?.status;
  if (status === undefined || status === "Unbonding") return false;
  return state.get(credits.of(account))?.lastCreditEpoch === entered - 1;
}

/** Rate, emission and burn allowance of the epoch that begins (kratos-core 9.2, 9.3, 9.6). */
function fixEmission({ state, block }: BlockContext): void {
  const before = state.get(economics);
  const nominal = nominalEpoch(block);
  const rate = rateNow(state, nominal);
  state.set(economics, {
    ...before,
    emissionPerBlock: emissionPerBlock(before.totalSupply, rate),
    burnAllowance: burnAllowance(before.totalSupply, burnCurve(nominal)),
    activeUsers: before.activeUsers.filter(({ epoch }) => epoch > block.epoch - ACTIVE_EPOCHS),
  });
}

/** The inflation rate that follows from a state (kratos-core 9.2). @param nominal epoch of 600 slots */
export function rateNow(state: State, nominal: Epoch): bigint {
  const { totalSupply, totalBonded, activeUsers } = state.get(economics);
  return inflationRate({
    epoch: nominal,
    state: state.get(security).state,
    supply: totalSupply,
    staked: totalBonded,
    activeUsers: activeUsers.reduce((sum, { accounts }) => sum + accounts, 0),
  });
}

/** Economics counts epochs of 600 slots also where a development chain has shorter ones (kratos-core 9.1). */
export function nominalEpoch({ epoch: entered, params }: Pick<BlockContext["block"], "epoch" | "params">): Epoch {
  const firstSlot = entered * params.slotsPerEpoch;
  return epoch((firstSlot - (firstSlot % NOMINAL_SLOTS)) / NOMINAL_SLOTS);
}

/** Emission and fees of a block (kratos-core 3.7 (4), 9.4, 9.5). */
function rewardBlock({ state, block, emit }: BlockContext, collected: bigint): void {
  const { emissionPerBlock: emission, burnAllowance: allowance } = state.get(economics);
  const split = splitEmission(emission, state.get(security).state);
  const own = producerPart(split.validators, totalCredits(state.get(credits.of(block.author))));
  const fees = splitFees(krat12(collected), allowance);
  mint(state, emission);
  burn(state, fees.burned);
  credit(state, block.author, krat12(own + fees.producer));
  credit(state, systemAccounts.validatorPool, krat12(split.validators - own));
  credit(state, systemAccounts.treasury, krat12(split.treasury + fees.treasury));
  credit(state, systemAccounts.reserve, split.reserve);
  state.update(economics, (before) => ({
    ...before,
    burnAllowance: krat12(before.burnAllowance - fees.burned),
    poolBalance: krat12(before.poolBalance + split.validators - own),
  }));
  const treasury = krat12(split.treasury + fees.treasury);
  emit(BlockRewarded.of({ author: block.author, emission: own, fees: fees.producer, burned: fees.burned, treasury }));
}
