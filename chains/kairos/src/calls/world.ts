import type { Address, Digest } from "@polis/codec";
import type { Evm, Leniency } from "@polis/evm";
import type { AccountProof, StateOverlay, StateReader, StorageProof } from "@polis/state";
import type { Header } from "../block/header.ts";
import type { AddressPlace } from "../ledger/types.ts";
import type { KairosParams } from "../params.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import type { LogWorld } from "./findLogs.ts";

/**
 * Everything that `runJob` reads. A thread that answers jobs has one of its own: an engine, and a view of the chain that
 * does not change while a job runs. `expired` is true when the job's time is over: it is looked at between executions and
 * between blocks, because each of them is bounded by itself.
 */
export interface CallWorld extends LogWorld {
  readonly params: KairosParams;
  /** An engine with the chain's rules; used for nothing else while a job runs. */
  readonly evm: Evm;
  /** What a development chain left out when it executed its blocks; replays leave it out too. */
  readonly leniency?: Leniency;
  header(block: Digest): Header | undefined;
  /** The block's bytes (kairos 5.2). */
  envelope(block: Digest): Uint8Array | undefined;
  /** Verified transactions of an executed block. */
  transactions(block: Digest): readonly VerifiedTransaction[] | undefined;
  /** The state after a block; undefined when it is not kept (kairos 6.4). */
  state(block: Digest): StateReader | undefined;
  /** Proofs of the state after a block; undefined when it is not kept. */
  proofs(block: Digest): StateProofs | undefined;
  /** A writable state on top of a block's that can compute its root; undefined when that state is not kept. */
  fork(block: Digest): StateOverlay | undefined;
  /** Rows of the address index, newest first, below a place. */
  addressPlaces(address: Address, below: AddressPlace, limit: number): readonly AddressPlace[];
  /** Hash of the block at a height on the branch of `block`, itself included; undefined when not known. */
  ancestor(block: Digest, height: bigint): Digest | undefined;
}

/** Merkle proofs in one state. */
export interface StateProofs {
  account(address: Address): AccountProof;
  storage(address: Address, slot: Digest): StorageProof;
}
