import type { Digest, Seconds } from "@polis/codec";
import type { BlockRef } from "@polis/finality";
import type { Store } from "@polis/ports";
import type { ChainRules } from "../block/applyBlock.ts";
import type { BlockFault } from "../block/checkHeader.ts";
import type { Genesis } from "../genesis/buildGenesis.ts";
import type { TransactionCodec } from "../transaction/transaction.ts";

/** What a chain is made of. */
export interface ChainTreeOptions {
  readonly store: Store;
  readonly genesis: Genesis;
  readonly rules: ChainRules;
  readonly codec: TransactionCodec;
}

/** What became of a block (kratos-core 3.5, 12.11). */
export type ImportOutcome =
  | { readonly kind: "imported"; readonly block: BlockRef }
  /** Already here: nothing happened (I3). */
  | { readonly kind: "known" }
  /** At or below the last final block, and not of this chain or not of interest any more. */
  | { readonly kind: "stale" }
  /** Its parent is not here; `missing` is what to ask for. */
  | { readonly kind: "buffered"; readonly missing: Digest }
  /** Far beyond every known height, the buffer is full, or the third of an author's slot: dropped, and no fault of its bringer. */
  | { readonly kind: "tooFar" }
  /** From the future by the local clock: hold it until its slot starts (V16). */
  | { readonly kind: "future" }
  | { readonly kind: "fault"; readonly fault: BlockFault };

/** Another head than before. */
export interface HeadChange {
  readonly head: BlockRef;
  /** Blocks that the best chain no longer has, lowest first. */
  readonly abandoned: readonly Digest[];
  /** Blocks that it has now, lowest first. */
  readonly adopted: readonly Digest[];
}

/** The result of an import. */
export interface ImportResult {
  readonly outcome: ImportOutcome;
  /** Buffered blocks that could be tried now, with what became of them. */
  readonly drained: readonly { readonly hash: Digest; readonly outcome: ImportOutcome }[];
  readonly headChange: HeadChange | undefined;
  /** Resolves when all of it is on disk. */
  readonly durable: Promise<void>;
}

/** What the node knows besides the block. */
export interface ImportHints {
  /** The local time; left out for blocks of the past, which V16 is not for. */
  readonly nowS?: Seconds;
  /** The best height of a peer that proved it; the own head when left out. */
  readonly bestKnown?: number;
}

/** What a finalization did. */
export interface Finalized {
  /** The blocks that became final, lowest first. */
  readonly blocks: readonly BlockRef[];
  /** Blocks of branches that are over. */
  readonly dropped: readonly Digest[];
  readonly headChange: HeadChange | undefined;
  readonly durable: Promise<void>;
}
