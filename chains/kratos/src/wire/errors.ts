import type { Fault } from "@polis/codec";

/** What is wrong with bytes that a peer sent, besides what their encoding breaks. */
export type WireFaultCode =
  /** Longer than kratos-core 12.8 allows. */
  | "WIRE_TOO_LARGE"
  /** A request of another protocol than the one it came by. */
  | "WIRE_OTHER_PROTOCOL"
  /** The answer to another question. */
  | "WIRE_OTHER_ANSWER"
  /** Blocks that are not those asked for, or that do not follow each other. */
  | "WIRE_OTHER_BLOCKS"
  /** A genesis record that does not make the block beside it. */
  | "WIRE_OTHER_GENESIS";

/** A fault of the wire. A correct peer causes none of them. */
export type WireFault = Fault<WireFaultCode>;
