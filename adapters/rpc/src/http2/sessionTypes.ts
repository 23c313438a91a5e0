import type { ServerStream } from "./serverStream.ts";

/** Why a connection was ended by the server. */
export type CutReason =
  /** More streams were reset than a client may. */
  | "resets"
  /** More SETTINGS, PING, PRIORITY, empty or unknown frames than a client may send. */
  | "frames"
  /** Headers above the limit, in one frame or in CONTINUATION frames. */
  | "headers"
  /** A preface, a frame or headers that did not become complete in time. */
  | "slow"
  /** A ping without an answer. */
  | "silent"
  /** Not HTTP/2 as RFC 9113 has it. */
  | "protocol";

/** Limits of one connection. */
export interface SessionLimits {
  readonly maxConcurrentStreams: number;
  /** Of one block of headers: on the wire, and as names, values and 32 for each field. */
  readonly maxHeaderBytes: number;
  /** Frames that continue one block of headers. */
  readonly maxContinuations: number;
  /** Bytes of one stream's request that may be on their way or unread. */
  readonly streamWindow: number;
  readonly headersTimeoutMs: number;
  /** A complete response of which nothing moves for so long is reset. */
  readonly sendTimeoutMs: number;
  readonly resetBurst: number;
  readonly resetPerSecond: number;
  readonly frameBurst: number;
  readonly framePerSecond: number;
  /** Above so many bytes that wait for the socket nothing more is read from it; more than its high-water mark of 64 KiB. */
  readonly maxSocketBytes: number;
}

/** What a connection tells its server. */
export interface SessionEvents {
  /** A request begins; the stream has to get its sink before this returns. */
  onStream(stream: ServerStream): void;
  onCut(reason: CutReason): void;
  /** A stream was reset because its response was not read. */
  onStuck(): void;
  onClosed(): void;
  /** Bytes that wait for this connection's reader have become more or fewer. */
  onWaiting(delta: number): void;
}
