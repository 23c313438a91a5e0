import type { Address, Digest, Epoch, Height, Result, View } from "@polis/codec";
import type { Certificate } from "@polis/crypto";
import type { Account } from "@polis/state";
import type { Header } from "../block/header.ts";
import type { TransactionFault } from "../errors.ts";
import type { GenesisValidator } from "../genesis/types.ts";
import type { TransactionLocation } from "../ledger/types.ts";
import type { KairosParams } from "../params.ts";
import type { Receipt } from "../receipt/encodeReceipt.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";

/** An executed block, final or speculative, as the API shows it. */
export interface ApiBlock {
  readonly digest: Digest;
  readonly header: Header;
  /** Bytes of the block envelope (kairos 5.2). Body and receipts are read only when asked for. */
  sizeBytes(): number;
  transactions(): readonly VerifiedTransaction[];
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
  /** Lowest height whose block is kept. */
  earliestHeight(): Height;
  /** Finalized blocks only. */
  blockByHeight(height: Height): ApiBlock | undefined;
  /** Finalized and speculative blocks. */
  blockByDigest(digest: Digest): ApiBlock | undefined;
  /** The executed speculative tip (kairos 16.1 `pending`); the finalized tip when there is none above it. */
  pendingBlock(): ApiBlock;
  /** @returns undefined for an absent account, "unavailable" when the state after this block is not kept */
  account(address: Address, block: Digest): Account | undefined | "unavailable";
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
}
