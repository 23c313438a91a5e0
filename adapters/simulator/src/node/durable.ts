import { digestToBytes, type ValidatorIndex } from "@polis/codec";
import {
  certificateShape,
  type DurableContext,
  type Finalize,
  type Persist,
  type ReplicaConfig,
  type Restored,
  restore,
  rowsOfFinalize,
  rowsOfPersist,
} from "@polis/minimmit";
import type { Row } from "@polis/ports";
import type { SimDisk } from "../disk/simDisk.ts";
import type { SchemeSetup, SimLedger } from "../types.ts";

/** The mapping between a replica's durable state and the tables of its disk: the same code that a real node uses. */
export interface Durable {
  persistRows(effect: Persist): Row[];
  finalizeRows(effect: Finalize): Row[];
  /** @param fresh true when the key is known never to have signed, that is, unless the disk was wiped (R27). */
  restore(ledger: SimLedger, fresh: boolean): Restored;
}

/** Binds the mapping to one node. */
export function durableOf(disk: SimDisk, config: ReplicaConfig, schemes: SchemeSetup, index: ValidatorIndex): Durable {
  const identity = new Uint8Array(34);
  identity.set(digestToBytes(config.genesis.digest), 0);
  identity[32] = index >> 8;
  identity[33] = index;
  const own = index < schemes.scheme.n ? identity : undefined;
  const context: DurableContext = { n: schemes.scheme.n, identity };
  const { epoch, genesis } = config;
  return {
    persistRows: (effect) => rowsOfPersist(effect, context, disk),
    finalizeRows: (effect) => rowsOfFinalize(effect, context, disk, epoch),
    restore: (ledger, fresh) => {
      const inspect = (block: Uint8Array) => ledger.inspect(block);
      const shape = certificateShape(schemes.scheme, config.randomness);
      return restore(disk, { epoch, genesis, shape, inspect, identity: own, fresh });
    },
  };
}
