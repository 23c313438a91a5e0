import type { Digest, ValidatorIndex } from "@polis/codec";
import type { VoteKeys, VoteScheme } from "@polis/crypto";
import type { BlockInfo, Ledger, Store } from "@polis/ports";

/** A ledger inside the simulator: the chain's own, plus a door for transactions. */
export interface SimLedger extends Ledger {
  /** Offers an encoded transaction to this node's pool. */
  submit(transaction: Uint8Array): void;
  /** True when the finalized chain of this node holds the transaction (ML4). Absent: inclusion is not checked. */
  isFinal?(transaction: Uint8Array): boolean;
  /** A block that decodes and does not execute, made from a good one, for attackers. Absent: they do without. */
  corrupt?(block: Uint8Array): Uint8Array;
}

/** Makes the ledger of one node over its disk: at the first start, and again after every restart. */
export type LedgerFactory = (nodeIndex: number, store: Store) => SimLedger;

/** The chain under test: the simulator knows nothing else of it. */
export interface LedgerSetup {
  readonly genesis: BlockInfo;
  readonly create: LedgerFactory;
  /** The i-th transaction of the load; distinct for distinct i. */
  readonly transaction: (i: number) => Uint8Array;
}

/** One validator set with its keys. */
export interface SchemeSetup {
  readonly scheme: VoteScheme;
  readonly keysOf: (index: ValidatorIndex) => VoteKeys;
}

/** Makes the keys of `n` validators of which `f` may be faulty, for the network of this genesis. */
export type SchemeFactory = (n: number, f: number, genesis: Digest, seed: number) => SchemeSetup;

/** Something that must never be seen. */
export interface Violation {
  /** Invariant of testing 5.1, such as "MI2", or "ASSERT" when a replica threw. */
  readonly code: string;
  readonly message: string;
  readonly atMs: number;
  readonly node: number | undefined;
}
