import type { Address, Digest, Usdc18 } from "@polis/codec";
import type { Row } from "@polis/ports";

/** One account of the world state (kairos S1). An account with nonce 0, balance 0 and no code is absent. */
export interface Account {
  readonly nonce: bigint;
  readonly balance: Usdc18;
  readonly storageRoot: Digest;
  readonly codeHash: Digest;
}

/** Synchronous reads: overlay, then its ancestors, then the flat tables (S2). */
export interface StateReader {
  account(address: Address): Account | undefined;
  /** Slot and value are 256-bit; a missing slot is 0. The slot key is 32 bytes as 64 hex characters. */
  storage(address: Address, slot: Digest): bigint;
  code(codeHash: Digest): Uint8Array | undefined;
}

/** The state after one block, being written. Reads see the writes; `snapshot`/`revert` serve transactions and calls. */
export interface StateOverlay extends StateReader {
  /** Sets nonce and balance; storage root and code hash are kept by the overlay itself. */
  setAccount(address: Address, nonce: bigint, balance: Usdc18): void;
  setStorage(address: Address, slot: Digest, value: bigint): void;
  setCode(address: Address, code: Uint8Array): void;
  /** Removes code and storage, and the account unless a balance is left. */
  destroy(address: Address): void;
  snapshot(): number;
  revert(snapshot: number): void;
  /** Closes the overlay for writing, updates the tries once from the write set and returns the new state root (S2). */
  seal(): Digest;
}

/**
 * All live states of a chain: one overlay per executed block, keyed by block digest, rooted at the last finalized state
 * (R29). Executing, dropping or finalizing one branch never changes another.
 */
export interface StateTree {
  /** Starts the state of block-to-be on the sealed state `parent`. It is not in the tree until `adopt`. */
  fork(parent: Digest): StateOverlay;
  /** Puts a sealed overlay into the tree under its block's digest. */
  adopt(block: Digest, overlay: StateOverlay): void;
  /** The sealed state of a block in the tree, or of the last finalized block. */
  at(block: Digest): StateReader | undefined;
  rootAt(block: Digest): Digest | undefined;
  /**
   * Makes the next state final: returns its rows (tables `accounts`, `storage`, `code`, `trie`, key layouts of kairos
   * 6.2), rebases the children on it and drops all other branches. `block` is a child of the last finalized state.
   */
  finalize(block: Digest): readonly Row[];
}

/** An account of a state with the trie nodes that prove it, from the root down; undefined for a proven absence. */
export interface AccountProof {
  readonly account: Account | undefined;
  readonly proof: readonly Uint8Array[];
}

/** A storage slot with the nodes that prove it under `storageRoot`, itself proven by the account. */
export interface StorageProof {
  readonly value: bigint;
  readonly storageRoot: Digest;
  readonly proof: readonly Uint8Array[];
}

/** What a block changed, with the values from before: enough to read or rebuild the state that it was executed on. */
export interface StateUndo {
  /** Undefined: the account did not exist. */
  readonly accounts: readonly (readonly [Address, Account | undefined])[];
  readonly slots: readonly (readonly [Address, Digest, bigint])[];
}

/** A state tree that can also prove what it holds, for `eth_getProof` and light clients. */
export interface ProvableStateTree extends StateTree {
  /** What the sealed state of a block changed in its parent's; undefined when the block's state is not in the tree. */
  undo(block: Digest): StateUndo | undefined;
  /** Proofs in a sealed overlay that is in no tree; valid until the next `finalize`. */
  proofsIn(overlay: StateOverlay): {
    account(address: Address): AccountProof;
    storage(address: Address, slot: Digest): StorageProof;
  };
  /** @returns undefined when the block's state is not in the tree */
  proveAccount(block: Digest, address: Address): AccountProof | undefined;
  proveStorage(block: Digest, address: Address, slot: Digest): StorageProof | undefined;
}
