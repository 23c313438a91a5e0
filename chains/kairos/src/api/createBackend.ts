import { type Digest, type Epoch, type Height, height, type Result } from "@polis/codec";
import { decodeBlock } from "../block/envelope.ts";
import type { TransactionFault } from "../errors.ts";
import type { Genesis } from "../genesis/types.ts";
import type { KairosReader, StoredHeader } from "../ledger/types.ts";
import type {
  ApiBlock,
  FinalityProof,
  KairosBackend,
  NodeStatus,
  UnfinalTransaction,
  ValidatorSet,
} from "./backend.ts";
import { createBlockCache } from "./blockCache.ts";

/** What a backend needs beside the ledger: the running node. */
export interface BackendParts {
  readonly reader: KairosReader;
  readonly genesis: Genesis;
  readonly clientVersion: string;
  /** Admits (kairos M1) and hands to gossip. */
  submit(envelope: Uint8Array): Promise<Result<Digest, TransactionFault>>;
  finalityProof(height: Height): FinalityProof | undefined;
  status(): NodeStatus;
  /** 60th percentile of recent tips (kairos F5); 0 by default. */
  suggestedTip?(): bigint;
}

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
  const show = (stored: StoredHeader | undefined) => (stored === undefined ? undefined : keep(stored));
  return {
    params,
    genesisHash: reader.genesisDigest,
    clientVersion: parts.clientVersion,
    finalizedHeight: () => reader.head().header.number,
    earliestHeight: () => height(0),
    blockByHeight: (at) => show(reader.headerByHeight(at)),
    blockByDigest: (digest) => show(headerByDigest(reader, digest)),
    pendingBlock: () => keep(reader.tip()),
    account: (address, block) => {
      const state = reader.stateAt(block);
      return state === undefined ? "unavailable" : state.account(address);
    },
    nextNonce: (address) => reader.nextNonce(address),
    location: (hash) => reader.transactionLocation(hash),
    unfinal: (hash) => unfinal(reader, keep, hash),
    submit: (envelope) => parts.submit(envelope),
    finalityProof: (at) => parts.finalityProof(at),
    validatorSet: (wanted) => validatorSet(genesis, wanted),
    status: () => parts.status(),
    nextBaseFee: () => reader.nextBaseFee(),
    suggestedTip: () => parts.suggestedTip?.() ?? 0n,
  };
}

function headerByDigest(reader: KairosReader, digest: Digest): StoredHeader | undefined {
  const at = reader.heightOf(digest);
  return at === undefined ? speculative(reader).find((one) => one.digest === digest) : reader.headerByHeight(at);
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
