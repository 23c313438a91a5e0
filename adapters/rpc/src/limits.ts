/** Limits of one JSON-RPC server (kairos 16.3). Every one can be lowered; the rate limit can be switched off. */
export interface JsonRpcLimits {
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
  readonly maxBatch: number;
  /** Nesting of arrays and objects in a body, counted before it is parsed. */
  readonly maxDepth: number;
  /** Values of a body, counted before it is parsed. */
  readonly maxValues: number;
  /** The same for bodies that need the dialect's reviver, which takes microseconds for each value. */
  readonly maxRevivedValues: number;
  readonly maxConnections: number;
  /** Calls that wait for a promise, over all connections (J7). */
  readonly maxInFlight: number;
  /** A call that has no answer after this long is answered as failed. */
  readonly answerTimeoutMs: number;
  /** Subscriptions of one WebSocket. */
  readonly maxSubscriptions: number;
  /** Bytes that wait for one WebSocket's reader; a subscriber that is slower is disconnected with 1013. */
  readonly maxSocketOutgoingBytes: number;
  /** Bytes that wait for the readers of all connections; above it requests are refused. */
  readonly maxOutgoingBytes: number;
  /** Bytes of requests that are arriving, over all connections; above it large ones are refused. */
  readonly maxIncomingBytes: number;
  /** A WebSocket is pinged this often, and ended when a ping was not answered by the next. */
  readonly pingIntervalMs: number;
  /** A response of which nothing is read for this long ends its connection. */
  readonly sendTimeoutMs: number;
  /** Tokens per second and client address; 0 switches the limit off. */
  readonly rateLimitPerSecond: number;
  readonly rateLimitBurst: number;
  /** Client addresses remembered by the rate limit. */
  readonly maxTrackedClients: number;
  /** Time for a client to send its headers, and its whole request. */
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
}

/** The defaults of kairos 16.3. */
export const defaultLimits: JsonRpcLimits = {
  maxRequestBytes: 5 * 1024 * 1024,
  maxResponseBytes: 25 * 1024 * 1024,
  maxBatch: 100,
  maxDepth: 32,
  // Some hundred milliseconds of parsing; the longest list of state overrides that fits a body has a third of it.
  maxValues: 262_144,
  maxRevivedValues: 20_000,
  maxConnections: 500,
  maxInFlight: 10_000,
  answerTimeoutMs: 300_000,
  maxSubscriptions: 64,
  maxSocketOutgoingBytes: 4 * 1024 * 1024,
  maxOutgoingBytes: 128 * 1024 * 1024,
  maxIncomingBytes: 64 * 1024 * 1024,
  pingIntervalMs: 30_000,
  sendTimeoutMs: 30_000,
  rateLimitPerSecond: 500,
  rateLimitBurst: 1_000,
  maxTrackedClients: 10_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 60_000,
};
