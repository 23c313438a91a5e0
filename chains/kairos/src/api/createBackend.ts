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
  return {
    params,
    genesisHash: reader.genesisDigest,
    clientVersion: parts.clientVersion,
    finalizedHeight: () => reader.head().header.number,
    earliestHeight: () => height(0),
    blockByHeight: (at) => show(reader, reader.headerByHeight(at)),
    blockByDigest: (digest) => blockByDigest(reader, digest),
    pendingBlock: () => show(reader, reader.tip())!,
    account: (address, block) => {
      const state = reader.stateAt(block);
      return state === undefined ? "unavailable" : state.account(address);
    },
    nextNonce: (address) => reader.nextNonce(address),
    location: (hash) => reader.transactionLocation(hash),
    unfinal: (hash) => unfinal(reader, hash),
    submit: (envelope) => parts.submit(envelope),
    finalityProof: (at) => parts.finalityProof(at),
    validatorSet: (wanted) => validatorSet(genesis, wanted),
    status: () => parts.status(),
    nextBaseFee: () => reader.nextBaseFee(),
    suggestedTip: () => parts.suggestedTip?.() ?? 0n,
  };
}

function show(reader: KairosReader, stored: StoredHeader | undefined): ApiBlock | undefined {
  if (stored === undefined) return undefined;
  const { digest, header } = stored;
  return {
    digest,
    header,
    sizeBytes: () => reader.blockByDigest(digest)?.length ?? 0,
    transactions: () => reader.transactionsOf(digest) ?? [],
    receipts: () => (reader.heightOf(digest) === undefined ? [] : (reader.receiptsByHeight(header.number) ?? [])),
  };
}

function blockByDigest(reader: KairosReader, digest: Digest): ApiBlock | undefined {
  const at = reader.heightOf(digest);
  if (at !== undefined) return show(reader, reader.headerByHeight(at));
  return speculative(reader).find((block) => block.digest === digest);
}

/** Executed blocks above the last finalized one on the branch of the tip, highest first. */
function speculative(reader: KairosReader): readonly ApiBlock[] {
  const blocks: ApiBlock[] = [];
  const final = reader.head().header.number;
  let at: StoredHeader | undefined = reader.tip();
  while (at !== undefined && at.header.number > final && blocks.length < maxSpeculative) {
    blocks.push(show(reader, at)!);
    at = executedHeader(reader, at.header.parentHash);
  }
  return blocks;
}

/** The header of a block that is executed but not final, from its body. */
function executedHeader(reader: KairosReader, digest: Digest): StoredHeader | undefined {
  const body = reader.blockByDigest(digest);
  const decoded = body === undefined ? undefined : decodeBlock(body, reader.params);
  return decoded?.ok === true ? { digest, header: decoded.value.header } : undefined;
}

function unfinal(reader: KairosReader, hash: Digest): UnfinalTransaction | undefined {
  for (const block of speculative(reader)) {
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
