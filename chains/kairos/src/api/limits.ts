/** Limits of the methods themselves (kairos 16.3); the server has those of bodies, batches and connections. */
export interface ApiLimits {
  /** Most gas of one simulated call, and of all calls of one `eth_simulateV1`. */
  readonly callGasCap: bigint;
  /** Heights in one log query. */
  readonly logsMaxRange: number;
  readonly logsMaxResults: number;
  readonly feeHistoryMax: number;
  readonly maxFilters: number;
  /** A filter that nobody asks for so long is forgotten. */
  readonly filterTtlMs: number;
  /** Longest and usual wait of `eth_sendRawTransactionSync` (J4). */
  readonly syncMaxTimeoutMs: number;
  readonly syncTimeoutMs: number;
  /** Blocks in one `eth_simulateV1`; 0 switches the method off. */
  readonly simulateMaxBlocks: number;
  /** False hides the pool's content from methods and subscriptions (M10). */
  readonly pendingPublic: boolean;
}

/** The defaults of kairos 16.3. */
export const defaultApiLimits: ApiLimits = {
  callGasCap: 50_000_000n,
  logsMaxRange: 10_000,
  logsMaxResults: 20_000,
  feeHistoryMax: 1_024,
  maxFilters: 1_000,
  filterTtlMs: 300_000,
  syncMaxTimeoutMs: 10_000,
  syncTimeoutMs: 2_000,
  simulateMaxBlocks: 256,
  pendingPublic: true,
};
