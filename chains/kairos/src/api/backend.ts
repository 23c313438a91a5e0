import type { Address, Digest, Epoch, Height, Result, View } from "@polis/codec";
import type { Certificate } from "@polis/crypto";
import type { PoolTransaction } from "@polis/mempool";
import type { StateReader } from "@polis/state";
import type { Header } from "../block/header.ts";
import type { CallJob } from "../calls/job.ts";
import type { TransactionFault } from "../errors.ts";
import type { GenesisValidator } from "../genesis/types.ts";
import type { AddressPlace, TransactionLocation } from "../ledger/types.ts";
import type { KairosParams } from "../params.ts";
import type { Receipt } from "../receipt/encodeReceipt.ts";
import type { DecodedTransaction, VerifiedTransaction } from "../transaction/types.ts";
import type { ApiEvents } from "./events.ts";
import type { Filters } from "./filters.ts";
import type { ApiLimits } from "./limits.ts";
import type { Answer, Json } from "./method.ts";

/** An executed block, final or speculative, as the API shows it. */
export interface ApiBlock {
  readonly digest: Digest;
  readonly header: Header;
  /** Bytes of the block envelope (kairos 5.2). Body and receipts are read only when asked for. */
  sizeBytes(): number;
  /** The whole envelope; undefined when it is no longer kept. */
  envelope(): Uint8Array | undefined;
  transactions(): readonly VerifiedTransaction[];
  /** One of them, without a look at the signatures of the others. */
  transactionAt(index: number): VerifiedTransaction | undefined;
  /** The same transactions without their senders: nothing is verified for those who only look. */
  decoded(): readonly DecodedTransaction[];
  /** At most so many of them, evenly spaced. */
  sample(most: number): readonly DecodedTransaction[];
  /** In the order of the transactions; of finalized blocks only. */
  receipts(): readonly Receipt[];
}

/** A transaction that is not final. */
export type UnfinalTransaction =
  | { readonly state: "pending" | "queued"; readonly verified: VerifiedTransaction }
  | { readonly state: "inBlock"; readonly block: ApiBlock; readonly index: number }
  | { readonly state: "dropped"; readonly reason: string };

/** Proof that a block is final (kairos L2). */
export interface FinalityProof {
  readonly certificate: Certificate;
  /** The certificate's bytes (kairos 3.4). */
  readonly certificateBytes: Uint8Array;
  /** Header RLPs: the proven block's first, then one per height up to the certificate's block. */
  readonly headers: readonly Uint8Array[];
}

/** The validators of an epoch (kairos 3.3). */
export interface ValidatorSet {
  readonly epoch: Epoch;
  readonly n: number;
  readonly f: number;
  readonly scheme: "multisig" | "threshold";
  readonly validators: readonly GenesisValidator[];
  readonly groupKeyM: Uint8Array | undefined;
  readonly groupKeyL: Uint8Array | undefined;
}

/** What the chain knows of a view (kairos 16.4). */
export interface ViewFacts {
  readonly label: "finalDirect" | "finalAncestor" | "nullified" | "skipped" | "open";
  readonly leader: number | undefined;
  readonly digests: readonly Digest[];
  /** Certificates held, by kind. */
  readonly certificates: readonly { readonly kind: string; readonly bytes: Uint8Array }[];
}

/** Two signed statements of one validator that contradict each other (R30). */
export interface EvidenceEntry {
  readonly kind: string;
  readonly epoch: number;
  readonly view: number;
  readonly signer: number;
  readonly payloadA: Uint8Array;
  readonly sigA: Uint8Array;
  readonly payloadB: Uint8Array;
  readonly sigB: Uint8Array;
}

/** What only the running node knows; every member is asked when a method is called. Absent ones are not served. */
export interface NodeFacts {
  view?(view: View): ViewFacts | undefined;
  /** Entries from the number `from` on, in the order of their keys. */
  evidence?(from: number, limit: number): readonly EvidenceEntry[];
  /** Of the result of `kairos_nodeInfo` what is not in the status: peer id, validator index, keys, `insecure`. */
  info?(): Readonly<Record<string, Json>>;
  /** Of `kairos_consensusStatus` what is not in the status: leader, timers, votes. */
  consensus?(): Readonly<Record<string, Json>>;
  /** Components with their state (kairos 15.2 GetHealth). */
  health?(): { readonly healthy: boolean; readonly components: Readonly<Record<string, Json>> };
}

/** What the node is doing now. */
export interface NodeStatus {
  readonly network: string;
  readonly role: "validator" | "follower";
  readonly currentView: View;
  readonly finalizedView: View;
  readonly peers: number;
  /** Peers that consensus needs to be connected. */
  readonly requiredPeers: number;
  readonly mempool: { readonly pending: number; readonly queued: number; readonly bytes: number };
  readonly uptimeMs: number;
  /** Best height known of any peer while catching up; undefined when synced. */
  readonly syncingTo: Height | undefined;
}

/**
 * What the methods ask of a node. Reads are synchronous; only a submission waits. The tip of the API is the last block
 * whose finalization and state are both durable.
 */
export interface KairosBackend {
  readonly params: KairosParams;
  readonly genesisHash: Digest;
  /** For example `kairos/v0.1.0/linux-x64/node26`. */
  readonly clientVersion: string;
  finalizedHeight(): Height;
  /** Lowest height, genesis aside, whose block is kept (kairos 6.4); 0 while all are. */
  earliestHeight(): Height;
  /** Finalized blocks only. @throws PrunedHistoryError for a block that has been dropped */
  blockByHeight(height: Height): ApiBlock | undefined;
  /** Finalized and speculative blocks. @throws PrunedHistoryError for a block that is known to have been dropped */
  blockByDigest(digest: Digest): ApiBlock | undefined;
  /** The executed speculative tip (kairos 16.1 `pending`); the finalized tip when there is none above it. */
  pendingBlock(): ApiBlock;
  /** The state after a block; undefined when it is not kept (kairos 6.4). */
  state(block: Digest): StateReader | undefined;
  /** Next nonce with the pool included. */
  nextNonce(address: Address): bigint;
  location(hash: Digest): TransactionLocation | undefined;
  unfinal(hash: Digest): UnfinalTransaction | undefined;
  /** Admission is atomic (kairos M1): ok means in the pool and handed to gossip. */
  submit(envelope: Uint8Array): Promise<Result<Digest, TransactionFault>>;
  finalityProof(height: Height): FinalityProof | undefined;
  validatorSet(epoch: Epoch | undefined): ValidatorSet | undefined;
  status(): NodeStatus;
  /** 10^-18 USDC per gas. */
  nextBaseFee(): bigint;
  suggestedTip(): bigint;
  /** Unix seconds that a block made now would have; 0 when the node cannot tell. */
  nextTimestampS(): number;
  readonly limits: ApiLimits;
  readonly events: ApiEvents;
  readonly filters: Filters;
  readonly facts: NodeFacts;
  /** Answers a heavy read, outside the consensus loop where the node has threads for it (J7). */
  run(job: CallJob, signal?: AbortSignal): Promise<Answer>;
  /** Calls `run` once after some time, unless the returned function is called first. */
  after(ms: number, run: () => void): () => void;
  /** All transactions that wait in the pool. */
  pooled(): Iterable<PoolTransaction>;
  /** Finalized transactions that touch an account, newest first, below a place. */
  addressPlaces(address: Address, below: AddressPlace | undefined, limit: number): readonly AddressPlace[];
}
