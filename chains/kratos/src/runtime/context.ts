import type { Epoch, Height, Seconds, Slot } from "@polis/codec";
import type { VoteSignatures } from "@polis/finality";
import type { Header } from "../block/header.ts";
import type { AccountId } from "../identifiers.ts";
import type { ChainParams } from "../params/chainParams.ts";
import type { State } from "../state/state.ts";
import type { ChainEvent } from "./event.ts";

/** Checks of what was signed outside of transactions. */
export interface EvidenceSignatures {
  header(chainIdentity: Uint8Array, header: Header): boolean;
  readonly vote: VoteSignatures["verify"];
}

/** The place of the block that is applied. */
export interface BlockPlace {
  readonly number: Height;
  readonly slot: Slot;
  readonly epoch: Epoch;
  readonly timestamp: Seconds;
  readonly author: AccountId;
  readonly params: ChainParams;
  /** 32 bytes: what signatures of this chain contain (kratos-core 1.5). */
  readonly chainIdentity: Uint8Array;
  /** Of headers and votes, where calls carry them; real ones when it is not given. */
  readonly signatures?: EvidenceSignatures;
}

/** What every rule of a block works on. */
export interface BlockContext {
  readonly block: BlockPlace;
  readonly state: State;
  /** Adds to the events of the block, in order (kratos-core 2.9). */
  readonly emit: (event: ChainEvent) => void;
}

/** What the effect of a call works on. */
export interface CallContext extends BlockContext {
  readonly sender: AccountId;
  /** The position of the transaction in its block. */
  readonly index: number;
  /** Returns the base fee to the sender, as it was charged; a tip stays paid (kratos-core 2.4). */
  readonly refund: () => void;
}
