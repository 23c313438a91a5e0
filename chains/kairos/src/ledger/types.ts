import type { Address, Digest, Fault, Height, Millis, Result, View } from "@polis/codec";
import type { Evm, Leniency } from "@polis/evm";
import type { Mempool, PoolConfig, PoolTransaction } from "@polis/mempool";
import type { BlockInfo, Ledger, Store } from "@polis/ports";
import type { Account, StateLimits, StateOverlay, StateReader } from "@polis/state";
import type { LogCriteria } from "../api/logCriteria.ts";
import type { Header } from "../block/header.ts";
import type { StateProofs } from "../calls/world.ts";
import type { Genesis } from "../genesis/types.ts";
import type { KairosParams } from "../params.ts";
import type { Receipt } from "../receipt/encodeReceipt.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import type { Supply } from "../usdc/money.ts";
import type { Admitted } from "./admit.ts";
import type { BlockTally } from "./blockTally.ts";
import type { BuildLimits } from "./buildBlock.ts";
import type { HistoryPolicy } from "./stateHistory.ts";

/** What a ledger is made of. */
export interface KairosLedgerOptions {
  readonly genesis: Genesis;
  /** Empty, or a database of the same network, from which the ledger continues. */
  readonly store: Store;
  /** Limits of the pool that differ from kairos 11.3. */
  readonly pool?: Partial<PoolConfig>;
  readonly build?: BuildLimits;
  /** Sizes of the state's caches; the defaults take up to 200 MB. */
  readonly stateLimits?: Partial<StateLimits>;
  /**
   * Root of the state behind the last finalized block where it is not its header's: a development chain whose state was
   * edited between blocks.
   */
  readonly root?: Digest;
  /** How much state history is kept (kairos 6.4); default `full`. */
  readonly history?: HistoryPolicy;
  /** An engine with the chain's rules that nobody else uses; default: one of its own. */
  readonly evm?: Evm;
  /** Checks that a development chain leaves out, such as who may send. */
  readonly leniency?: Leniency;
  /** Checks seed(view) under groupKeyM (B7); default: one BLS verification. */
  readonly verifySeed?: (view: View, seed: Uint8Array) => boolean;
}

/** A finalized header as stored. */
export interface StoredHeader {
  readonly digest: Digest;
  readonly header: Header;
}

/** Where a finalized transaction is. */
export interface TransactionLocation {
  readonly height: Height;
  /** Position in its block. */
  readonly index: number;
}

/** Index reads for the programming interfaces (S6). Heights and digests that are not there give undefined (S5). */
export interface KairosReader {
  readonly params: KairosParams;
  readonly genesisDigest: Digest;
  /** The last finalized block. */
  head(): StoredHeader;
  /** The highest executed block: where `pending` reads look (kairos 16.1). */
  tip(): StoredHeader;
  /** Lowest height, genesis aside, whose block is kept; 0 while all are (kairos 6.4). Headers may reach further down. */
  lowestHeight(): Height;
  headerByHeight(height: Height): StoredHeader | undefined;
  heightOf(digest: Digest): Height | undefined;
  /** A finalized or executed body. */
  blockByDigest(digest: Digest): Uint8Array | undefined;
  blockByHeight(height: Height): Uint8Array | undefined;
  /** Decoded and verified transactions of a finalized or executed block. */
  transactionsOf(digest: Digest): readonly VerifiedTransaction[] | undefined;
  /** One of them: the signatures of the others are not looked at. */
  transactionAt(digest: Digest, index: number): VerifiedTransaction | undefined;
  receiptsByHeight(height: Height): readonly Receipt[] | undefined;
  transactionLocation(hash: Digest): TransactionLocation | undefined;
  /** A transaction that waits in the pool. */
  pooled(hash: Digest): VerifiedTransaction | undefined;
  /** The account after the last finalized block, or after the highest executed one. */
  account(address: Address, at?: "final" | "tip"): Account | undefined;
  /** The state after an executed block, or after a finalized one that is kept (kairos 6.4). */
  stateAt(digest: Digest): StateReader | undefined;
  stateAtHeight(height: Height): StateReader | undefined;
  /** The next nonce that would be executable, pool included. */
  nextNonce(address: Address): bigint;
  /** Base fee of the next block on the last finalized one (F2). */
  nextBaseFee(): bigint;
  supply(): Supply;
  /** All transactions that wait in the pool. */
  pooledTransactions(): Iterable<PoolTransaction>;
  /** Finalized transactions that touch an account, newest first, below a place. */
  addressPlaces(address: Address, below: AddressPlace | undefined, limit: number): readonly AddressPlace[];
  /** Finalized heights that may hold matching logs, ascending: too many rather than too few. */
  heightsWithLogs(from: Height, to: Height, criteria: LogCriteria): Iterable<Height>;
  /** Merkle proofs in the state after a block; undefined when that state is not kept (kairos 6.4). */
  proofsAt(digest: Digest): StateProofs | undefined;
  /** A writable state on top of a block's, to be thrown away; undefined when that state is not kept. */
  forkAt(digest: Digest): StateOverlay | undefined;
}

/** A row of the address index (kairos 6.2). */
export interface AddressPlace {
  readonly height: Height;
  readonly index: number;
  /** 1 sender, 2 recipient, 3 fee payer, 4 only in a Transfer log. */
  readonly role: number;
}

/** The Kairos chain behind its consensus and its interfaces. */
export interface KairosLedger extends Ledger, KairosReader {
  readonly genesisInfo: BlockInfo;
  /** The last finalized block, as consensus sees it: where it resumes. */
  readonly lastFinalized: BlockInfo;
  /** Resolves when a new database holds its genesis; at once when it was not new. */
  readonly ready: Promise<void>;
  readonly pool: Mempool;
  /** Whether the body of a block is the one that its header, and so its digest, commits to (K4, testing Z5). */
  isWhole(block: Uint8Array): boolean;
  /** Admits a transaction in the order of M1. `sender` is what a signature worker proved for these very bytes. */
  admit(now: Millis, timeS: number, envelope: Uint8Array, sender?: Address): Result<Admitted, Fault>;
  /** Envelopes of a block whose signatures were not checked yet, for the signature workers; empty on a malformed block. */
  unverifiedEnvelopes(block: Uint8Array): readonly Uint8Array[];
  /** Takes a worker's answer: execution will not verify this envelope again (K3). */
  markVerified(envelope: Uint8Array, sender: Address): void;
  /** What an executed block that is not final yet did, in numbers. */
  tallyOf(digest: Digest): BlockTally | undefined;
  /** Drops expired transactions (M8) and returns their hashes. */
  expire(now: Millis, timeS: number): readonly Digest[];
}
