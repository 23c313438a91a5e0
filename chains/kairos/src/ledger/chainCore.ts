import type { Digest, View } from "@polis/codec";
import type { Evm, Leniency } from "@polis/evm";
import type { ProvableStateTree } from "@polis/state";
import type { Genesis } from "../genesis/types.ts";
import type { KairosParams } from "../params.ts";
import type { FaceCache } from "../usdc/faceRules.ts";
import type { FinalHashes } from "./blockHashes.ts";
import type { BlockReader } from "./blockReader.ts";
import type { ExecutedBlock, ParentBlock } from "./executedBlock.ts";
import type { LogIndex } from "./logIndex.ts";
import type { StateHistory } from "./stateHistory.ts";
import type { VerifiedCache } from "./verifiedCache.ts";

/** The parts that the ledger's operations share. */
export interface ChainCore {
  readonly genesis: Genesis;
  readonly genesisDigest: Digest;
  readonly params: KairosParams;
  readonly states: ProvableStateTree;
  /** The engine of this ledger; it executes one transaction at a time. */
  readonly evm: Evm;
  /** Checks that only a development chain leaves out. */
  readonly leniency: Leniency;
  readonly faceCache: FaceCache;
  readonly verified: VerifiedCache;
  readonly blocks: BlockReader;
  /** Executed blocks above the last finalized one (R29). */
  readonly executed: Map<Digest, ExecutedBlock>;
  /** The last finalized block. */
  final: ParentBlock;
  readonly finalHashes: FinalHashes;
  readonly history: StateHistory;
  readonly logIndex: LogIndex;
  /** Checks seed(view) against the group key (B7); only asked with `randomness = "seed"` and for views above 0. */
  readonly verifySeed: (view: View, seed: Uint8Array) => boolean;
}

/** An executed or the last finalized block. */
export function parentOf(core: ChainCore, digest: Digest): ParentBlock | undefined {
  return core.final.info.digest === digest ? core.final : core.executed.get(digest);
}
