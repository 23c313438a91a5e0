import type { Fault } from "@polis/codec";

/** What is wrong with a snapshot that a peer offers (kratos-core 12.12). Each bans its sender. */
export type WarpFaultCode =
  /** Not the encoding of what was asked for. */
  | "WARP_MALFORMED"
  /** Blocks, sets or slots that do not follow each other. */
  | "WARP_CHAIN"
  | "WARP_JUSTIFICATION"
  /** An entry that is not below the state root of its block. */
  | "WARP_PROOF"
  /** A part of the state that is not below the proven state root, or not where it belongs. */
  | "WARP_CHUNK";

/** A fault of a snapshot. */
export type WarpFault = Fault<WarpFaultCode>;
