import type { Address, Digest, Result, View } from "@polis/codec";
import { height } from "@polis/codec";
import { ByteArena, type StateOverlay, type StateTree, trieRootOfList } from "@polis/state";
import { type BlockFault, refuse, refuseBlock, type TransactionFault } from "../errors.ts";
import { smoothGas } from "../fees/smoothGas.ts";
import type { KairosParams } from "../params.ts";
import { addToBloom, bloomBytes } from "../receipt/bloom.ts";
import { encodeReceipt } from "../receipt/encodeReceipt.ts";
import { handlerOf } from "../transaction/decodeTransaction.ts";
import type { BlockContext, Outcome } from "../transaction/execution.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import { type FaceCache, faceRules } from "../usdc/faceRules.ts";
import { createMoney, nativePerUnit, readSupply, type Supply } from "../usdc/money.ts";
import type { ParentBlock } from "./executedBlock.ts";

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
  readonly state: StateOverlay;
}

/** Where blocks are executed. */
export interface ExecutionWorld {
  readonly params: KairosParams;
  readonly states: StateTree;
  readonly faceCache: FaceCache;
}

/**
 * A block between its first transaction and its roots. Building and importing both use it, so they cannot differ.
 * @example
 * const open = openBlock(world, parent, place);
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
export function openBlock(world: ExecutionWorld, parent: ParentBlock, place: BlockPlace): OpenBlock {
  const { params, states, faceCache } = world;
  const sealedParent = states.at(parent.info.digest);
  if (sealedParent === undefined) throw new Error(`no state of parent ${parent.info.digest}`);
  const state = states.fork(parent.info.digest);
  const money = createMoney(state);
  const context: BlockContext = {
    params,
    number: height(parent.header.number + 1),
    timestampS: place.timestampS,
    baseFee: place.baseFee,
    beneficiary: place.beneficiary,
    prevRandao: place.prevRandao,
    state,
    money,
    face: faceRules(state, sealedParent, faceCache),
    touched: new Set(),
  };
  const logsBloom = new Uint8Array(bloomBytes);
  // Used for one receipt after the other: encoding copies it.
  const bloom = new Uint8Array(bloomBytes);
  const arena = new ByteArena();
  const receipts: Uint8Array[] = [];
  const transactions: VerifiedTransaction[] = [];
  const seen = new Set<Digest>();
  let gasUsed = 0n;
  let baseFees = 0n;
  let tips = 0n;

  function apply(verified: VerifiedTransaction): Result<Outcome, TransactionFault> {
    const { transaction } = verified;
    if (seen.has(transaction.hash)) return refuse("ALREADY_KNOWN");
    if (gasUsed + transaction.gas > params.block.gasLimit) return refuse("LIMIT_EXCEEDED", "block gas");
    const outcome = handlerOf(transaction).execute(context, verified);
    if (!outcome.ok) return outcome;
    const { status, logs } = outcome.value;
    gasUsed += outcome.value.gasUsed;
    baseFees += outcome.value.basePart;
    tips += outcome.value.tipPart;
    bloom.fill(0);
    addToBloom(logs, bloom, logsBloom);
    const receipt = { type: transaction.type, status, cumulativeGasUsed: gasUsed, logsBloom: bloom, logs };
    receipts.push(encodeReceipt(receipt, arena));
    transactions.push(verified);
    seen.add(transaction.hash);
    return outcome;
  }

  function seal(): Result<BlockResult, BlockFault> {
    creditFees(context, baseFees, tips);
    const supply = readSupply(state);
    const issued = supply.minted - supply.burned - (parent.supply.minted - parent.supply.burned);
    if (money.delta() !== issued * nativePerUnit) {
      return refuseBlock("BLOCK_SUPPLY", `balances changed by ${money.delta()}, supply by ${issued}`);
    }
    const receiptsRoot = trieRootOfList(receipts);
    return {
      ok: true,
      value: {
        stateRoot: state.seal(),
        receiptsRoot,
        logsBloom,
        gasUsed,
        smoothedGas: smoothGas(parent.header.extra.smoothedGas, gasUsed, params.fees),
        supply,
        receipts,
        transactions,
        touched: context.touched,
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

/** F3, F4: base fees to the treasury, tips to the beneficiary, or to the treasury when it is blacklisted. */
function creditFees(context: BlockContext, baseFees: bigint, tips: bigint): void {
  const { params, beneficiary, face, money, touched } = context;
  const diverted = face.isBlacklisted(beneficiary);
  const credits: readonly (readonly [Address, bigint])[] = [
    [params.treasury, diverted ? baseFees + tips : baseFees],
    [beneficiary, diverted ? 0n : tips],
  ];
  for (const [account, amount] of credits) {
    if (amount === 0n) continue;
    money.credit(account, amount);
    touched.add(account);
  }
}
