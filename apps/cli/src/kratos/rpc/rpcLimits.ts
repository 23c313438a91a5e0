/** The limits of the JSON-RPC of KratOs (kratos-core 13.1). */
export interface KratosRpcLimits {
  /** Requests of one address in any window; the rate limit cannot be switched off. */
  readonly requests: number;
  readonly windowMs: number;
  /** So many refused requests are a ban. */
  readonly violations: number;
  readonly banMs: number;
  /** Requests of one address a second for the health, and again for the facts of the observer. */
  readonly readsPerSecond: number;
  readonly answerTimeoutMs: number;
  readonly maxRequestBytes: number;
  /** Depth and values of a body, counted before it is parsed; the largest transaction as byte arrays fits. */
  readonly maxDepth: number;
  readonly maxValues: number;
  /** Addresses that the limits remember. */
  readonly maxClients: number;
  readonly maxConnections: number;
  /** Time for a client to send its whole request. */
  readonly requestTimeoutMs: number;
}

/** The values of kratos-core 13.1, and where it names none, our own. */
export const kratosRpcLimits: KratosRpcLimits = {
  ...{ requests: 100, windowMs: 10_000, violations: 3, banMs: 300_000, readsPerSecond: 10 },
  ...{ answerTimeoutMs: 30_000, maxRequestBytes: 10 * 1_024 * 1_024 },
  ...{ maxDepth: 32, maxValues: 300_000, maxClients: 10_000, maxConnections: 500, requestTimeoutMs: 30_000 },
};
