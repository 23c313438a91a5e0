import type { Address, Digest, Result, View } from "@polis/codec";
import { height } from "@polis/codec";
import { ByteArena, type StateOverlay, type StateReader, trieRootOfList } from "@polis/state";
import { type BlockFault, refuse, refuseBlock, type TransactionFault } from "../errors.ts";
import { smoothGas } from "../fees/smoothGas.ts";
import { paymentType } from "../payment/types.ts";
import { addToBloom, bloomBytes } from "../receipt/bloom.ts";
import { encodeReceipt } from "../receipt/encodeReceipt.ts";
import { handlerOf } from "../transaction/decodeTransaction.ts";
import type { BlockContext, Outcome } from "../transaction/execution.ts";
import { gasCapAt } from "../transaction/gasCap.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import { changesRestrictions } from "../usdc/face/restrictionEvents.ts";
import { carryFaceRules, faceRules, writtenFaceRules } from "../usdc/faceRules.ts";
import { nativePerUnit, readSupply, type Supply } from "../usdc/money.ts";
import { beginBlock, createBlockContext } from "./blockContext.ts";
import { blockHashes } from "./blockHashes.ts";
import { type BlockTally, TallyBuilder } from "./blockTally.ts";
import type { ChainCore } from "./chainCore.ts";
import type { ParentBlock } from "./executedBlock.ts";
import { createLogTrail, type LogTrail } from "./logTrail.ts";

/** What is known of a block before its transactions. */
export interface BlockPlace {
  readonly timestampS: number;
  readonly view: View;
  readonly baseFee: bigint;
  readonly beneficiary: Address;
  readonly prevRandao: Digest;
}

/** The results that a header commits to. */
export interface BlockResult {
  readonly stateRoot: Digest;
  readonly receiptsRoot: Digest;
  readonly logsBloom: Uint8Array;
  readonly gasUsed: bigint;
  readonly smoothedGas: bigint;
  readonly supply: Supply;
  readonly receipts: readonly Uint8Array[];
  readonly transactions: readonly VerifiedTransaction[];
  readonly touched: ReadonlySet<Address>;
  readonly trail: LogTrail;
  readonly tally: BlockTally;
  readonly state: StateOverlay;
}

/**
 * A block between its first transaction and its roots. Building and importing both use it, so they cannot differ.
 * @example
 * const open = openBlock(core, parent, place);
 * open.apply(payment);
 * const result = open.seal();
 */
export interface OpenBlock {
  readonly gasUsed: bigint;
  /** Checks the transaction at this position (B9, T1-T10) and executes it; a fault changes nothing. */
  apply(verified: VerifiedTransaction): Result<Outcome, TransactionFault>;
  /** Credits the fees (F4), checks conservation (B11) and computes the roots. Nothing can be applied afterwards. */
  seal(): Result<BlockResult, BlockFault>;
}

/** Opens the block behind `parent`, whose state must be in the tree. */
export function openBlock(core: ChainCore, parent: ParentBlock, place: BlockPlace): OpenBlock {
  const { params, faceCache } = core;
  const sealedParent = sealedStateOf(core, parent);
  const context = startContext(core, parent, place, sealedParent);
  const { state, money } = context;
  const logsBloom = new Uint8Array(bloomBytes);
  // Used for one receipt after the other: encoding copies it.
  const bloom = new Uint8Array(bloomBytes);
  const arena = new ByteArena();
  const receipts: Uint8Array[] = [];
  const transactions: VerifiedTransaction[] = [];
  const trail = createLogTrail();
  const tally = new TallyBuilder();
  const seen = new Set<Digest>();
  const gasCap = gasCapAt(params, place.timestampS);
  let gasUsed = 0n;
  let baseFees = 0n;
  let tips = 0n;
  let restricts = false;

  function apply(verified: VerifiedTransaction): Result<Outcome, TransactionFault> {
    const { transaction } = verified;
    if (seen.has(transaction.hash)) return refuse("ALREADY_KNOWN");
    if (transaction.gas > gasCap) return refuse("LIMIT_EXCEEDED", `gas ${transaction.gas} above ${gasCap}`);
    if (gasUsed + transaction.gas > params.block.gasLimit) return refuse("LIMIT_EXCEEDED", "block gas");
    const outcome = handlerOf(transaction).execute(context, verified);
    if (!outcome.ok) return outcome;
    const { status, logs } = outcome.value;
    gasUsed += outcome.value.gasUsed;
    baseFees += outcome.value.basePart;
    tips += outcome.value.tipPart;
    if (transaction.type !== paymentType && changesRestrictions(logs)) {
      context.face = writtenFaceRules(state);
      restricts = true;
    }
    bloom.fill(0);
    addToBloom(logs, bloom, logsBloom);
    const receipt = { type: transaction.type, status, cumulativeGasUsed: gasUsed, logsBloom: bloom, logs };
    receipts.push(encodeReceipt(receipt, arena));
    trail.add(transactions.length, verified, logs);
    tally.add(transaction, outcome.value);
    transactions.push(verified);
    seen.add(transaction.hash);
    return outcome;
  }

  function seal(): Result<BlockResult, BlockFault> {
    const treasuryFees = creditFees(context, baseFees, tips);
    const supply = readSupply(state);
    const issued = supply.minted - supply.burned - (parent.supply.minted - parent.supply.burned);
    if (money.delta() !== issued * nativePerUnit) {
      return refuseBlock("BLOCK_SUPPLY", `balances changed by ${money.delta()}, supply by ${issued}`);
    }
    const receiptsRoot = trieRootOfList(receipts);
    const stateRoot = state.seal();
    if (!restricts) carryFaceRules(faceCache, sealedParent, state);
    return {
      ok: true,
      value: {
        stateRoot,
        receiptsRoot,
        logsBloom,
        gasUsed,
        smoothedGas: smoothGas(parent.header.extra.smoothedGas, gasUsed, params.fees),
        supply,
        receipts,
        transactions,
        touched: context.touched,
        trail: trail.finish(),
        tally: tally.finish(gasUsed, treasuryFees),
        state,
      },
    };
  }

  return {
    get gasUsed() {
      return gasUsed;
    },
    apply,
    seal,
  };
}

function sealedStateOf({ states }: ChainCore, parent: ParentBlock): StateReader {
  const sealed = states.at(parent.info.digest);
  if (sealed === undefined) throw new Error(`no state of parent ${parent.info.digest}`);
  return sealed;
}

function startContext(core: ChainCore, parent: ParentBlock, place: BlockPlace, sealed: StateReader): BlockContext {
  const { params, evm, leniency, states, faceCache } = core;
  const parentHash = parent.info.digest;
  const state = states.fork(parentHash);
  const context = createBlockContext({
    params,
    evm,
    leniency,
    ...place,
    number: height(parent.header.number + 1),
    parentHash,
    state,
    face: faceRules(state, sealed, faceCache),
    blockHash: blockHashes(core, parentHash),
  });
  beginBlock(context);
  return context;
}

/** F3, F4: base fees to the treasury, tips to the beneficiary, or to the treasury when it is blacklisted. @returns its part */
function creditFees(context: BlockContext, baseFees: bigint, tips: bigint): bigint {
  const { params, beneficiary, face, money, touched } = context;
  const diverted = face.isBlacklisted(beneficiary);
  const treasuryFees = diverted ? baseFees + tips : baseFees;
  const credits: readonly (readonly [Address, bigint])[] = [
    [params.treasury, treasuryFees],
    [beneficiary, diverted ? 0n : tips],
  ];
  for (const [account, amount] of credits) {
    if (amount === 0n) continue;
    money.credit(account, amount);
    touched.add(account);
  }
  return treasuryFees;
}
