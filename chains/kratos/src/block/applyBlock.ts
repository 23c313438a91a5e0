import { encodeKce } from "@polis/codec";
import { accumulate, type SlotClock, vrfInput } from "@polis/slots";
import { clocks, isOut } from "../modules/clock/clockRecord.ts";
import { epochData } from "../modules/epoch/epochData.ts";
import { leaderOf } from "../modules/leaders/leaders.ts";
import { meta } from "../modules/meta/meta.ts";
import { countDuty } from "../modules/participation/duties.ts";
import { admitsClass } from "../modules/security/effects.ts";
import { noteEmergency } from "../modules/security/emergencyRoot.ts";
import { security } from "../modules/security/securityState.ts";
import { changeValidator } from "../modules/validators/activeSet.ts";
import { canParticipate } from "../modules/validators/canParticipate.ts";
import { afterProducing } from "../modules/validators/reputation.ts";
import { validators } from "../modules/validators/validator.ts";
import type { ChainParams } from "../params/chainParams.ts";
import { applyTransaction, type Receipt } from "../runtime/applyTransaction.ts";
import type { BlockContext } from "../runtime/context.ts";
import type { ChainEvent } from "../runtime/event.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { EntryReader } from "../state/state.ts";
import { State } from "../state/state.ts";
import type { SignedTransaction } from "../transaction/transaction.ts";
import { advance } from "./advance.ts";
import type { ParentBlock } from "./block.ts";
import { type BlockFault, checkHeader, driftSumAfter } from "./checkHeader.ts";
import { eventsEntry } from "./eventsEntry.ts";
import type { UnsignedHeader } from "./header.ts";
import { listRoot } from "./listRoot.ts";
import type { Signatures } from "./signatures.ts";

/** What is the same for all blocks of a chain. */
export interface ChainRules {
  readonly runtime: Runtime;
  readonly params: ChainParams;
  readonly clock: SlotClock;
  /** 32 bytes. */
  readonly chainIdentity: Uint8Array;
  readonly signatures: Signatures;
}

/** A block before its roots and its signature are known: what producing and importing share. */
export type BlockBody = {
  readonly header: Omit<UnsignedHeader, "stateRoot" | "transactionsRoot">;
  readonly transactions: readonly SignedTransaction[];
};

/** The state after a block, and what it did. */
export interface AppliedBlock {
  readonly state: State;
  readonly receipts: readonly Receipt[];
  readonly events: readonly ChainEvent[];
}

/** Either the result, or the first broken rule. */
export type BlockOutcome = { readonly applied: AppliedBlock } | { readonly fault: BlockFault };

/**
 * The state transition (kratos-core 3.7), for producing and importing alike: a pure function of the parent's state and the
 * block. Signatures of transactions are checked by the caller, who may do it ahead; roots and the header's signature too.
 */
export function applyBlock(rules: ChainRules, below: EntryReader, parent: ParentBlock, body: BlockBody): BlockOutcome {
  const { runtime, params, clock, chainIdentity, signatures } = rules;
  const header = { ...body.header, stateRoot: parent.hash, transactionsRoot: parent.hash };
  const state = new State(below);
  const events: ChainEvent[] = [];
  const { number, slot, epoch, timestamp, author } = header;
  const block = { number, slot, epoch, timestamp, author, params, chainIdentity, signatures };
  const context: BlockContext = { block, state, emit: (event) => void events.push(event) };
  const chain = state.get(meta);
  const broken = checkHeader(header, parent, clock, chain);
  if (broken !== undefined) return { fault: broken };
  advance(runtime, context, parent.header.slot, clock);
  noteEmergency(context, parent.header.stateRoot);
  const output = checkAuthor(rules, context, body);
  if (typeof output === "string") return { fault: { code: output, ban: true } };
  const receipts = applyTransactions(rules, context, body.transactions);
  if (typeof receipts === "string") return { fault: { code: receipts, ban: true } };
  const fees = receipts.reduce((sum, { fee }) => sum + fee, 0n);
  for (const module of runtime.modules) module.afterTransactions?.(context, fees);
  const producer = state.get(validators.of(author))!;
  changeValidator(context, producer, afterProducing(producer));
  countDuty(state, author, "produced");
  state.update(epochData, (data) => ({
    ...data,
    blocks: data.blocks + 1,
    accumulator: accumulate(data.accumulator, output),
  }));
  const epochDriftSum = driftSumAfter(chain, header, parent.header, params.slotSeconds);
  state.set(meta, { ...chain, lastNumber: number, lastSlot: slot, lastTimestamp: timestamp, epochDriftSum });
  const encoded = events.map((event) => encodeKce(runtime.event, event));
  state.set(eventsEntry, { root: listRoot(encoded), count: encoded.length });
  return { applied: { state, receipts, events } };
}

/** V9, V10 and V12: the leader of the slot, able to produce, with the proof of its randomness. */
function checkAuthor(rules: ChainRules, { state, block }: BlockContext, { header }: BlockBody): Uint8Array | string {
  if (leaderOf(state, block.slot) !== block.author) return "WrongSlotAuthor";
  const validator = state.get(validators.of(block.author));
  const mayProduce = validator !== undefined && canParticipate(validator, block.epoch);
  if (!mayProduce || isOut(state.get(clocks.of(block.author)))) return "UnauthorizedAuthor";
  const randomness = state.get(epochData).randomness.at(-1)!.value;
  const input = vrfInput(randomness, block.slot);
  return rules.signatures.vrf(Uint8Array.fromHex(block.author), input, header.vrfProof) ?? "InvalidVrfProof";
}

function applyTransactions(
  { runtime }: ChainRules,
  context: BlockContext,
  transactions: readonly SignedTransaction[],
): readonly Receipt[] | string {
  const { state: name } = context.state.get(security);
  const admission = {
    feeMultiplier: 100n,
    admits: (callClass: Parameters<typeof admitsClass>[1]) => admitsClass(name, callClass),
  };
  const receipts: Receipt[] = [];
  for (const [index, { transaction }] of transactions.entries()) {
    const applied = applyTransaction(runtime, context, transaction, index, admission);
    if ("invalid" in applied) return "InvalidTransaction";
    receipts.push(applied.receipt);
  }
  return receipts;
}
