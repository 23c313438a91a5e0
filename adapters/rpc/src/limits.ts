/** Limits of one JSON-RPC server (kairos 16.3). Every one can be lowered; the rate limit can be switched off. */
export interface JsonRpcLimits {
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
  readonly maxBatch: number;
  /** Nesting of arrays and objects in a body, counted before it is parsed. */
  readonly maxDepth: number;
  readonly maxConnections: number;
  /** Calls that wait for a promise, over all connections (J7). */
  readonly maxInFlight: number;
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
  maxConnections: 500,
  maxInFlight: 10_000,
  rateLimitPerSecond: 500,
  rateLimitBurst: 1_000,
  maxTrackedClients: 10_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 60_000,
};
