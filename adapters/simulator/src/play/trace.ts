/** Kinds of messages as a trace tells them apart; the position is the number in the column. */
export const FLIGHT_KINDS = [
  "proposal",
  "vote",
  "nullify",
  "notarization",
  "finalization",
  "nullification",
  "status",
  "request",
  "reply",
] as const;

/** One of FLIGHT_KINDS. */
export type FlightKind = (typeof FLIGHT_KINDS)[number];

/**
 * What can happen at a node; the position is the number in the column. What `arg` means: entered, seen: the leader;
 * counted, counted nullify, dropped, dropped nullify: the signer; final: the height; skipped: 1 for a cascade.
 */
export const MARK_KINDS = [
  "up",
  "down",
  "entered",
  "seen",
  "voted",
  "nullified",
  "counted",
  "counted nullify",
  "dropped",
  "dropped nullify",
  "notarization",
  "finalization",
  "nullification",
  "final",
  "skipped",
] as const;

/** One of MARK_KINDS. */
export type MarkKind = (typeof MARK_KINDS)[number];

/** Arrival of a message that never arrives. */
export const NEVER_US = 0xffff_ffff;

/** Messages in the order in which they set off; times are virtual microseconds. */
export interface Flights {
  readonly sentUs: Uint32Array;
  readonly arrivesUs: Uint32Array;
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly kind: Uint8Array;
  readonly view: Uint32Array;
  /** Number of the block, 0 for none. */
  readonly block: Uint16Array;
}

/** What happened at the nodes, in order. */
export interface Marks {
  readonly atUs: Uint32Array;
  readonly node: Uint8Array;
  readonly kind: Uint8Array;
  readonly view: Uint32Array;
  readonly block: Uint16Array;
  readonly arg: Uint32Array;
}

/** A block that somebody spoke of. */
export interface TracedBlock {
  readonly digest: string;
  readonly view: number;
}

/** A stretch of a recording. */
export interface TraceChunk {
  readonly flights: Flights;
  readonly marks: Marks;
  /** Blocks new in this stretch; block numbers count from 1 over the whole recording. */
  readonly blocks: readonly TracedBlock[];
}

/** Bounds of one recording. */
export const TRACE_LIMITS = { flights: 600_000, marks: 1_200_000, blocks: 20_000 } as const;
