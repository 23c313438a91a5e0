/** Sizes and counts of kratos-core 12.8 and 7.8. */
export const wireLimits = {
  /** Bytes of a gossip message. */
  gossipBytes: 1_048_576,
  requestBytes: 1_048_576,
  responseBytes: 10_485_760,
  /** Bytes that a snapshot answer holds; the rest is the envelope's. */
  snapshotBytes: 8_388_608,
  /** Blocks in one answer. */
  syncBlocks: 100,
  /** Votes in one answer (kratos-core 7.8). */
  votes: 500,
  /** Justifications in one answer. */
  justifications: 20,
  /** Bytes of an error text. */
  errorBytes: 256,
} as const;
