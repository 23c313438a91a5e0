/** A rate and its burst (kairos N7). */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** All bounds of the network; every one has a default from the specification. */
export interface NetLimits {
  readonly vote: Rate;
  readonly proposal: Rate;
  readonly certificate: Rate;
  readonly transaction: Rate;
  readonly request: Rate;
  readonly discovery: Rate;
  /** Replies, pushes and pings: few of an honest peer, but none may come without end. */
  readonly other: Rate;
  readonly bytes: Rate;
  /** N10: bytes queued for one peer and connection. */
  readonly maxQueueBytes: number;
  /** N10: frames queued for one peer and connection. */
  readonly maxQueueFrames: number;
  /** N16; 0 refuses followers. */
  readonly maxFollowers: number;
  /** Connections that have not finished TLS and Hello, in all and from one address. */
  readonly maxPending: number;
  readonly maxPendingPerAddress: number;
  /** Connections from one address, finished or not; validators' are not counted. */
  readonly maxPerAddress: number;
  /** N4: from connect to Hello. */
  readonly handshakeTimeoutMs: number;
  /** A frame that has begun must end within this time (slow-drip attack). */
  readonly frameTimeoutMs: number;
  /** Without any frame for this long a link is dead. */
  readonly idleTimeoutMs: number;
  readonly pingIntervalMs: number;
  /** N5. */
  readonly maxClockSkewMs: number;
  /** N2. */
  readonly backoffFirstMs: number;
  readonly backoffMaxMs: number;
  /** N12. */
  readonly bootstrapTimeoutMs: number;
  /** N14: validators a follower dials. */
  readonly outbound: number;
  /** N8: first ban; it doubles up to a day. */
  readonly banMs: number;
}

const MIB = 1024 * 1024;

/** The values of kairos §13 and §18.2. */
export const DEFAULT_LIMITS: NetLimits = {
  vote: { perSecond: 1_000, burst: 4_000 },
  proposal: { perSecond: 200, burst: 400 },
  certificate: { perSecond: 1_000, burst: 4_000 },
  transaction: { perSecond: 5_000, burst: 20_000 },
  request: { perSecond: 20, burst: 60 },
  discovery: { perSecond: 1, burst: 5 },
  other: { perSecond: 1_000, burst: 4_000 },
  bytes: { perSecond: 16 * MIB, burst: 64 * MIB },
  maxQueueBytes: 8 * MIB,
  maxQueueFrames: 65_536,
  maxFollowers: 100,
  maxPending: 128,
  maxPendingPerAddress: 32,
  maxPerAddress: 64,
  handshakeTimeoutMs: 5_000,
  frameTimeoutMs: 10_000,
  idleTimeoutMs: 10_000,
  pingIntervalMs: 500,
  maxClockSkewMs: 60_000,
  backoffFirstMs: 250,
  backoffMaxMs: 10_000,
  bootstrapTimeoutMs: 30_000,
  outbound: 8,
  banMs: 600_000,
};
