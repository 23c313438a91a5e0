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
  /** Time for the first bytes of a connection, for headers, and for a frame that has begun. */
  readonly headersTimeoutMs: number;
  /** A response of which nothing is read for this long is given up. */
  readonly sendTimeoutMs: number;
  /** An HTTP/2 connection is pinged this often, and ended when a ping was not answered by the next. */
  readonly pingIntervalMs: number;
  /** Headers of one request: on the wire, and as names, values and 32 for each. */
  readonly maxHeaderBytes: number;
  /** Frames that continue the headers of one request. */
  readonly maxContinuations: number;
  /** Bytes of one stream's request that may be on their way or unread. */
  readonly streamWindow: number;
  /** Streams that one connection may reset: at once, and then per second. */
  readonly resetBurst: number;
  readonly resetPerSecond: number;
  /** SETTINGS, PING, PRIORITY, empty and unknown frames of one connection: at once, and then per second. */
  readonly frameBurst: number;
  readonly framePerSecond: number;
  /** Above so many bytes in front of a connection's socket nothing more is read from it. */
  readonly maxSocketBytes: number;
  /** Bytes of requests that are arriving, over all connections; above it large ones are refused. */
  readonly maxIncomingBytes: number;
  /** Bytes that wait for the readers of all connections; above it calls are refused. */
  readonly maxOutgoingBytes: number;
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
  sendTimeoutMs: 30_000,
  pingIntervalMs: 30_000,
  maxHeaderBytes: 16_384,
  maxContinuations: 16,
  streamWindow: 256 * 1024,
  resetBurst: 200,
  resetPerSecond: 50,
  frameBurst: 1_000,
  framePerSecond: 200,
  maxSocketBytes: 1024 * 1024,
  maxIncomingBytes: 64 * 1024 * 1024,
  maxOutgoingBytes: 128 * 1024 * 1024,
};
