import { epoch, height } from "@polis/codec";
import type { Mempool } from "@polis/mempool";
import type { BuildRequest, BuiltBlock } from "@polis/ports";
import { trieRootOfList } from "@polis/state";
import { encodeBlock } from "../block/envelope.ts";
import { blockTimeMs, type Header } from "../block/header.ts";
import { blockInfo } from "../block/inspectBlock.ts";
import { prevRandao } from "../block/prevRandao.ts";
import type { TransactionErrorName } from "../errors.ts";
import { nextBaseFee } from "../fees/nextBaseFee.ts";
import { envelopeOverheadBytes } from "../params.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import { type ChainCore, parentOf } from "./chainCore.ts";
import { type BlockPlace, type OpenBlock, openBlock } from "./openBlock.ts";
import { createPaymentLane } from "./paymentLane.ts";

/** How much a block may hold beside the limits of genesis; a node lowers them to keep its build deadline (M5). */
export interface BuildLimits {
  /** Transactions per block; default `block.maxTransactions`. */
  readonly maxTransactions?: number;
  /**
   * Called when building begins; what it returns is asked before every candidate with the number of transactions that
   * are in, and false ends the building. Default: always true.
   */
  readonly keepGoing?: () => (included: number) => boolean;
  /** Share of the block's gas kept for payments and plain transfers (M4); default 0. */
  readonly paymentLanePercent?: number;
  /** What a development chain wants of the next block instead of the rules' own choice. No other node accepts it. */
  readonly place?: () => Partial<Pick<BlockPlace, "baseFee" | "beneficiary" | "prevRandao">>;
}

/** Transactions in a row that do not fit before building ends: the rest would hardly fit either. */
const maxMisfits = 32;
/** Transactions that may be passed over because the gas outside the payment lane is used up. */
const maxPassedOver = 4_096;

/**
 * Builds on an executed parent (M4, M5) and keeps the result as executed: the same operations import it elsewhere.
 * Throws when the request breaks a rule of its own, such as a parent that is not executed.
 */
export function buildBlock(core: ChainCore, pool: Mempool, request: BuildRequest, limits: BuildLimits): BuiltBlock {
  const { params } = core;
  const parent = parentOf(core, request.parentDigest);
  const beneficiary = core.genesis.validators[request.leader]?.feeAddress;
  if (parent === undefined) throw new Error(`parent ${request.parentDigest} is not executed`);
  if (beneficiary === undefined) throw new Error(`no validator ${request.leader}`);
  if (request.timeMs <= blockTimeMs(parent.header)) throw new Error("the block's time must be after its parent's (B4)");
  const timestampS = Math.floor(request.timeMs / 1000);
  const place: BlockPlace = {
    timestampS,
    view: request.view,
    baseFee: nextBaseFee(parent.header.baseFeePerGas, parent.header.extra.smoothedGas, params.fees),
    beneficiary,
    prevRandao: prevRandao(request.parentDigest, request.view, request.prevSeed),
    ...limits.place?.(),
  };
  const open = openBlock(core, parent, place);
  const envelopes = fill(core, open, pool, limits, place.baseFee, timestampS);
  const result = open.seal();
  if (!result.ok) throw new Error(`own block refused: ${result.fault.detail}`);
  const { stateRoot, receiptsRoot, logsBloom, gasUsed, smoothedGas, state } = result.value;
  const header: Header = {
    parentHash: request.parentDigest,
    beneficiary: place.beneficiary,
    stateRoot,
    transactionsRoot: trieRootOfList(envelopes),
    receiptsRoot,
    logsBloom,
    number: height(parent.header.number + 1),
    gasLimit: params.block.gasLimit,
    gasUsed,
    timestampS,
    extra: {
      millisecond: request.timeMs % 1000,
      view: request.view,
      parentView: request.parentView,
      smoothedGas,
      epoch: epoch(params.epoch),
    },
    mixHash: place.prevRandao,
    baseFeePerGas: place.baseFee,
  };
  const { block, headerBytes, digest } = encodeBlock(header, envelopes, request.prevSeed);
  const info = blockInfo({ header, digest, prevSeed: request.prevSeed, transactions: envelopes });
  const { receipts, transactions, touched, trail, tally, supply } = result.value;
  core.states.adopt(digest, state);
  core.executed.set(digest, {
    info,
    header,
    headerBytes,
    block,
    transactions,
    receipts,
    touched,
    trail,
    tally,
    supply,
  });
  return { block, info, transactions: transactions.length };
}

/** Takes candidates in the pool's order until a limit is reached; returns the envelopes of the block. */
function fill(
  core: ChainCore,
  open: OpenBlock,
  pool: Mempool,
  limits: BuildLimits,
  baseFee: bigint,
  timestampS: number,
): readonly Uint8Array[] {
  const { block } = core.params;
  const maxCount = Math.min(block.maxTransactions, limits.maxTransactions ?? block.maxTransactions);
  const envelopes: Uint8Array[] = [];
  const candidates = pool.candidates(baseFee, timestampS);
  let bytes = envelopeOverheadBytes;
  let misfits = 0;
  let passedOver = 0;
  const keepGoing = limits.keepGoing?.() ?? (() => true);
  const lane = createPaymentLane(block.gasLimit, limits.paymentLanePercent ?? 0);
  let answer: "taken" | "skip" | "drop" | undefined;
  while (envelopes.length < maxCount && misfits < maxMisfits && passedOver < maxPassedOver) {
    if (!keepGoing(envelopes.length)) break;
    const next = candidates.next(answer);
    if (next.done === true) break;
    const { envelope, gas } = next.value;
    const verified = next.value.decoded as VerifiedTransaction;
    // The length of a byte string in RLP costs at most five bytes.
    const size = envelope.length + 5;
    if (bytes + size > block.maxBytes || open.gasUsed + gas > block.gasLimit) {
      misfits++;
      answer = "skip";
      continue;
    }
    if (!lane.admits(verified, gas)) {
      passedOver++;
      answer = "skip";
      continue;
    }
    const gasBefore = open.gasUsed;
    const outcome = open.apply(verified);
    if (!outcome.ok) {
      answer = retryLater.has(outcome.fault.code) ? "skip" : "drop";
      continue;
    }
    answer = "taken";
    lane.took(verified, open.gasUsed - gasBefore);
    misfits = 0;
    bytes += size;
    envelopes.push(envelope);
  }
  // Tells the pool what became of the last one.
  if (answer !== undefined) candidates.next(answer);
  candidates.return?.();
  return envelopes;
}

/**
 * Refusals that a later block or another parent may lift; all others drop the transaction (M5). A limit that is refused here
 * is one of the transaction itself: whether it fits into the rest of the block was asked before.
 */
const retryLater: ReadonlySet<TransactionErrorName> = new Set([
  "NONCE_TOO_LOW",
  "NONCE_TOO_HIGH",
  "NOT_YET_VALID",
  "FEE_TOO_LOW",
]);
