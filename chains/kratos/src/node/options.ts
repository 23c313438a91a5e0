import type { Store } from "@polis/ports";
import type { Json } from "../api/json.ts";
import type { ChainTree } from "../chain/chainTree.ts";
import type { GenesisRecord } from "../genesis/genesisRecord.ts";
import type { AccountId } from "../identifiers.ts";
import type { PoolLimits } from "../pool/types.ts";
import type { SnapshotSource } from "../wire/answerRequest.ts";
import type { NodeCrypto } from "./nodeCrypto.ts";

/** The account that a node produces and votes for. */
export interface ValidatorKey {
  readonly account: AccountId;
  /** Ed25519 seed, 32 bytes. */
  readonly secret: Uint8Array;
}

/** Reads of a store, as they were when the node began. */
export type Rows = Pick<Store, "get" | "range">;

/** What a node is made of. */
export interface NodeOptions {
  readonly tree: ChainTree;
  /** Answers whoever joins (kratos-core 12.10). */
  readonly record: GenesisRecord;
  /** Undefined for a node that only follows. */
  readonly validator: ValidatorKey | undefined;
  /** The store `producer`: signed slots and own votes, in `producerTableNames`. */
  readonly producer: Rows;
  /** The chain's store, for what the effect `remember` wrote there, in `nodeTableNames`. */
  readonly remembered: Rows;
  /** What `saveClock` wrote last. */
  readonly clock: Json | undefined;
  readonly protocolVersion: number;
  /** T of kratos-core 7.1; a quarter of a slot when it is left out. */
  readonly delayMs?: number;
  readonly poolLimits?: PoolLimits;
  /** Parts of the state for peers that warp; none are served without it. */
  readonly snapshots?: SnapshotSource | undefined;
  /** Real cryptography when it is left out. */
  readonly crypto?: NodeCrypto;
}

/** What only the host of a node knows, for the methods of JSON-RPC. */
export interface HostFacts {
  /** Program and version, such as `kratos` and `0.1.0`. */
  readonly name: string;
  readonly version: string;
  /** Unsafe methods are answered (kratos-core 13.3). */
  readonly unsafe: boolean;
  /** Own peer id and full multiaddresses. */
  readonly network: () => { readonly localPeerId: string; readonly listeningAddresses: readonly string[] };
}
