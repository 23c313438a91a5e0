import type { AnyCallKind } from "./call.ts";
import type { BlockContext } from "./context.ts";
import type { TaggedKind } from "./tagged.ts";

/**
 * The steps of the boundary between two epochs, in the order of kratos-core 3.7 (2). A module says what it does in which
 * step; within a step modules run in the order in which the runtime lists them.
 */
export const epochSteps = [
  "participation",
  "liveness",
  "validatorPool",
  "clock",
  "security",
  "leaders",
  "emission",
  "finalitySet",
] as const;

/** A step of the boundary. */
export type EpochStep = (typeof epochSteps)[number];

/** One part of the chain: its calls, its events, and what it does by itself. One folder each. */
export interface Module {
  readonly name: string;
  readonly calls?: readonly AnyCallKind[];
  readonly events?: readonly TaggedKind[];
  /** On entering `block.epoch`, once per boundary, before any transaction. */
  readonly epoch?: Partial<Readonly<Record<EpochStep, (context: BlockContext) => void>>>;
  /** After the transactions: rewards and bookkeeping of the author, in the order of the modules (kratos-core 3.7, 4 to 6). */
  readonly afterTransactions?: (context: BlockContext, fees: bigint) => void;
}
