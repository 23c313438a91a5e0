import type { Finalize, Message, Observation, ReplicaConfig } from "@polis/minimmit";
import type { Oracle } from "../checkers/oracle.ts";
import type { Network } from "../network/network.ts";
import type { LedgerSetup, SchemeSetup } from "../types.ts";
import type { World } from "../world/world.ts";
import type { SimNode } from "./simNode.ts";

/** What all nodes of one network share. */
export interface NodeSetup {
  /** Number of validators; nodes of a higher index are followers. */
  readonly n: number;
  readonly config: ReplicaConfig;
  readonly schemes: SchemeSetup;
  readonly ledger: LedgerSetup;
  /** Encodes and decodes every message when set. */
  readonly recode: ((message: Message) => Message) | undefined;
}

/** What surrounds a node once the network is complete. */
export interface Surroundings {
  readonly world: World;
  readonly network: Network;
  readonly oracle: Oracle;
  readonly nodes: readonly SimNode[];
}

/** Reads a node's progress. */
export interface Watcher {
  observed?(observation: Observation): void;
  finalized?(effect: Finalize): void;
  /** The process runs, after its first start or a restart. */
  started?(): void;
  /** The process is gone. */
  stopped?(): void;
}
