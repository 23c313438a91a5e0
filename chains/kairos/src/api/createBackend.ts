import { type Digest, type Epoch, type Height, quantityOf, type Result } from "@polis/codec";
import { decodeBlock } from "../block/envelope.ts";
import type { CallJob } from "../calls/job.ts";
import type { TransactionFault } from "../errors.ts";
import type { Genesis } from "../genesis/types.ts";
import type { KairosReader, StoredHeader } from "../ledger/types.ts";
import type {
  ApiBlock,
  FinalityProof,
  KairosBackend,
  NodeFacts,
  NodeStatus,
  UnfinalTransaction,
  ValidatorSet,
} from "./backend.ts";
import { createBlockCache } from "./blockCache.ts";
import { type ApiEvents, createApiEvents } from "./events.ts";
import { createFilters } from "./filters.ts";
import { type ApiLimits, defaultApiLimits } from "./limits.ts";
import { type Answer, refusal } from "./method.ts";
import { checkKept } from "./prunedHistoryError.ts";
import { createTipOracle } from "./tipOracle.ts";

/** What a backend needs beside the ledger: the running node. */
export interface BackendParts {
  readonly reader: KairosReader;
  readonly genesis: Genesis;
  readonly clientVersion: string;
  /** Admits (kairos M1) and hands to gossip. */
  submit(envelope: Uint8Array): Promise<Result<Digest, TransactionFault>>;
  finalityProof(height: Height): FinalityProof | undefined;
  status(): NodeStatus;
  /** Default: every read by a job is refused. */
  run?(job: CallJob, signal?: AbortSignal): Promise<Answer>;
  readonly events?: ApiEvents;
  readonly facts?: NodeFacts;
  readonly limits?: Partial<ApiLimits>;
  /** A monotonic clock; it ages filters. Default: filters never age. */
  nowMs?(): number;
  /** Unix seconds that a block made now would have. Default: one more than those of the block that is asked about. */
  nextTimestampS?(): number;
  /** A timer. Default: waits end only with what they wait for. */
  after?(ms: number, run: () => void): () => void;
  /** A `0x` quantity that others cannot guess. Default: a counter. */
  newId?(): string;
}

const notServed = refusal(-32000, "this node does not execute calls");

/** Speculative blocks looked through for a transaction: far above what is ever unfinalized in practice. */
const maxSpeculative = 64;

/**
 * The methods' view of a node, from its ledger and what runs around it.
 * @example createJsonRpcServer({ methods: kairosApi, context: createBackend(parts), … })
 */
export function createBackend(parts: BackendParts): KairosBackend {
  const { reader, genesis } = parts;
  const { params } = genesis;
  const keep = createBlockCache(reader);
  const events = parts.events ?? createApiEvents();
  const limits = { ...defaultApiLimits, ...parts.limits };
  let lastId = 0;
  const newId = parts.newId ?? (() => quantityOf(++lastId));
  const tip = createTipOracle(
    (at) => (at < reader.lowestHeight() ? undefined : show(reader.headerByHeight(at))),
    () => reader.head().header.number,
  );
  const show = (stored: StoredHeader | undefined) => (stored === undefined ? undefined : keep(stored));
  return {
    params,
    genesisHash: reader.genesisDigest,
    clientVersion: parts.clientVersion,
    finalizedHeight: () => reader.head().header.number,
    earliestHeight: () => reader.lowestHeight(),
    blockByHeight: (at) => show(keptHeader(reader, at)),
    blockByDigest: (digest) => show(headerByDigest(reader, digest)),
    pendingBlock: () => keep(reader.tip()),
    state: (block) => reader.stateAt(block),
    nextNonce: (address) => reader.nextNonce(address),
    location(hash) {
      const found = reader.transactionLocation(hash);
      return found === undefined || found.height < reader.lowestHeight() ? undefined : found;
    },
    unfinal: (hash) => unfinal(reader, keep, hash),
    submit: (envelope) => parts.submit(envelope),
    finalityProof: (at) => parts.finalityProof(at),
    validatorSet: (wanted) => validatorSet(genesis, wanted),
    status: () => parts.status(),
    nextBaseFee: () => reader.nextBaseFee(),
    suggestedTip: tip,
    nextTimestampS: () => parts.nextTimestampS?.() ?? 0,
    limits,
    events,
    filters: createFilters(limits, events, parts.nowMs ?? (() => 0), newId),
    facts: parts.facts ?? {},
    run: (job, signal) => parts.run?.(job, signal) ?? Promise.resolve(notServed),
    after: (ms, run) => parts.after?.(ms, run) ?? (() => {}),
    pooled: () => reader.pooledTransactions(),
    addressPlaces: (address, below, limit) => reader.addressPlaces(address, below, limit),
  };
}

function headerByDigest(reader: KairosReader, digest: Digest): StoredHeader | undefined {
  const at = reader.heightOf(digest);
  return at === undefined ? speculative(reader).find((one) => one.digest === digest) : keptHeader(reader, at);
}

/** @throws PrunedHistoryError for a block that has been dropped (kairos 6.4) */
function keptHeader(reader: KairosReader, at: Height): StoredHeader | undefined {
  checkKept(at, reader.lowestHeight());
  return reader.headerByHeight(at);
}

/** Executed blocks above the last finalized one on the branch of the tip, highest first. */
function speculative(reader: KairosReader): readonly StoredHeader[] {
  const headers: StoredHeader[] = [];
  const final = reader.head().header.number;
  let at: StoredHeader | undefined = reader.tip();
  while (at !== undefined && at.header.number > final && headers.length < maxSpeculative) {
    headers.push(at);
    at = executedHeader(reader, at.header.parentHash);
  }
  return headers;
}

/** The header of a block that is executed but not final, from its body. */
function executedHeader(reader: KairosReader, digest: Digest): StoredHeader | undefined {
  const body = reader.blockByDigest(digest);
  const decoded = body === undefined ? undefined : decodeBlock(body, reader.params);
  return decoded?.ok === true ? { digest, header: decoded.value.header } : undefined;
}

function unfinal(
  reader: KairosReader,
  keep: (stored: StoredHeader) => ApiBlock,
  hash: Digest,
): UnfinalTransaction | undefined {
  for (const stored of speculative(reader)) {
    const block = keep(stored);
    const index = block.transactions().findIndex(({ transaction }) => transaction.hash === hash);
    if (index >= 0) return { state: "inBlock", block, index };
  }
  const verified = reader.pooled(hash);
  if (verified === undefined) return undefined;
  const next = reader.nextNonce(verified.sender);
  return { state: verified.transaction.nonce < next ? "pending" : "queued", verified };
}

function validatorSet(genesis: Genesis, wanted: Epoch | undefined): ValidatorSet | undefined {
  const own = genesis.params.epoch as Epoch;
  if (wanted !== undefined && wanted !== own) return undefined;
  const { n, f, scheme, validators, groupKeyM, groupKeyL } = genesis;
  return { epoch: own, n, f, scheme, validators, groupKeyM, groupKeyL };
}
