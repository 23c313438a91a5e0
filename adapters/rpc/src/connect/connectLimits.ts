/** Limits of one gRPC server (kairos G4). */
export interface ConnectLimits {
  /** Bytes of one message, before and after decompression. */
  readonly maxMessageBytes: number;
  /** HTTP/2 streams that one connection may have open. */
  readonly maxConcurrentStreams: number;
  /** Time for a unary call, and for any client to send a request that is not a stream. */
  readonly requestTimeoutMs: number;
  readonly maxConnections: number;
  /** Tokens per second and client address; 0 switches the limit off. */
  readonly rateLimitPerSecond: number;
  readonly rateLimitBurst: number;
  /** Streaming calls of one client address at a time. */
  readonly maxStreamsPerClient: number;
  /** Client addresses remembered by the rate limit. */
  readonly maxTrackedClients: number;
  /** Time for the first bytes of a connection, and for the headers of an HTTP/1.1 request. */
  readonly headersTimeoutMs: number;
  /** An HTTP/2 connection is pinged this often, and ended when a ping was not answered by the next. */
  readonly pingIntervalMs: number;
  /** Streams that one connection may reset: at once, and then per second. */
  readonly resetBurst: number;
  readonly resetPerSecond: number;
}

/** The defaults of kairos G4. */
export const defaultConnectLimits: ConnectLimits = {
  maxMessageBytes: 4 * 1024 * 1024,
  maxConcurrentStreams: 100,
  requestTimeoutMs: 30_000,
  maxConnections: 1_000,
  rateLimitPerSecond: 200,
  rateLimitBurst: 400,
  maxStreamsPerClient: 32,
  maxTrackedClients: 10_000,
  headersTimeoutMs: 10_000,
  pingIntervalMs: 30_000,
  resetBurst: 200,
  resetPerSecond: 50,
};
