import type { Epoch, Height, View } from "@polis/codec";
import type { Header, Log, PaymentTransaction, VerifiedTransaction } from "@polis/kairos";
import type { Hex } from "../text/hex.ts";

/** Which block: its height, its hash, or the last final one. */
export type BlockId = number | Hex | "latest";

/** Proof that a block is final (kairos L2). */
export interface FinalityProof {
  /** The finalization's bytes (kairos 3.4). */
  readonly certificate: Uint8Array;
  /** Header RLPs: the proven block's first, then one per height up to the certificate's block. */
  readonly headers: readonly Uint8Array[];
}

/** A block that is proven final: it is never reverted. */
export interface FinalBlock {
  readonly header: Header;
  readonly hash: Hex;
  readonly height: Height;
  readonly epoch: Epoch;
  /** View of the certificate: that of the block itself, or of the descendant that made it final. */
  readonly certificateView: View;
}

/** An account with the trie nodes that prove it, and slots of its storage with theirs (EIP-1186). */
export interface StateProof {
  readonly accountProof: readonly Uint8Array[];
  /** One list of nodes for each slot, in the order in which they were asked for. */
  readonly storageProofs: readonly (readonly Uint8Array[])[];
}

/** A transaction or receipt with the trie nodes that prove its place in a block (kairos L4). */
export interface InclusionProof {
  readonly index: number;
  readonly value: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly finality: FinalityProof;
}

/** An account as the state of a final block has it. */
export interface VerifiedAccount {
  readonly block: FinalBlock;
  readonly exists: boolean;
  readonly nonce: bigint;
  /** 10^-18 USDC. */
  readonly balance: bigint;
  /** Whole units of the face, 10^-6 USDC, rounded down (kairos U2). */
  readonly usdc6: bigint;
  readonly codeHash: Hex;
  readonly storageRoot: Hex;
}

/** A USDC balance with what decides whether it can move. */
export interface VerifiedBalance {
  readonly block: FinalBlock;
  /** 10^-6 USDC. */
  readonly usdc6: bigint;
  /** 10^-18 USDC. */
  readonly native: bigint;
  readonly nonce: bigint;
  readonly blacklisted: boolean;
}

/** A transaction that is proven to be in a final block. */
export interface ProvenTransaction {
  readonly block: FinalBlock;
  readonly hash: Hex;
  readonly index: number;
  readonly from: Hex;
  readonly transaction: VerifiedTransaction["transaction"];
}

/** The outcome of a transaction, proven. */
export interface ProvenReceipt extends ProvenTransaction {
  readonly status: "succeeded" | "failed";
  readonly logs: readonly Log[];
}

/** A payment that happened: in a final block, and its receipt says that the money moved. */
export interface ProvenPayment extends ProvenReceipt {
  readonly transaction: PaymentTransaction;
}
