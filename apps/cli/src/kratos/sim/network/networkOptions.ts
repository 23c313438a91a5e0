import type { Role } from "./roles.ts";

/** A run of a network. */
export interface NetworkOptions {
  readonly seed: number;
  /** Bootstrap validators, each on its node. */
  readonly n: number;
  /** Further nodes, whose people register as validators and leave again. */
  readonly joiners: number;
  readonly epochs: number;
  readonly slotsPerEpoch: number;
  readonly bootstrapMinEpochs: number;
  readonly real: boolean;
  /** What the faulty nodes do; fewer than a third are. */
  readonly attack: Role | "mixed";
  /** Until then messages are lost and cut off, and nodes restart; 0 for a calm run. */
  readonly healsAtMs: number;
}
