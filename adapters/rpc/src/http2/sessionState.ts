import type { FloodGuard } from "./floodGuard.ts";
import type { HeadReader } from "./headReader.ts";
import type { RequestHead } from "./requestHead.ts";
import type { ServerStream, StreamPort } from "./serverStream.ts";
import type { CutReason, SessionLimits } from "./sessionTypes.ts";

/** A block of headers that goes on in CONTINUATION frames. */
export interface OpenBlock {
  readonly id: number;
  readonly endStream: boolean;
  readonly parts: Buffer[];
  bytes: number;
}

/** What the handlers of frames see of a connection. They return whether to go on reading. */
export interface SessionState extends StreamPort {
  readonly limits: SessionLimits;
  readonly streams: Map<number, ServerStream>;
  readonly heads: HeadReader;
  /** Resets, and refusals that a client provokes, which cost as much (CVE-2023-44487, CVE-2025-8671). */
  readonly resets: FloodGuard;
  /** Frames that ask for an answer or do nothing. */
  readonly frames: FloodGuard;
  window: number;
  initialWindow: number;
  lastId: number;
  block: OpenBlock | undefined;
  /** Data that the client may still send on all streams. */
  receiveWindow: number;
  isPingOpen: boolean;
  /** Time of the bytes that are being read. */
  readonly readMs: number;
  begin(id: number, endStream: boolean, head: RequestHead): boolean;
  /** Ends the connection. @returns false */
  stop(reason: CutReason, code?: number): false;
}

/** Takes a token for a reset or a refusal; ends the connection when there is none. */
export function countReset(session: SessionState): boolean {
  return session.resets.take(session.readMs) || session.stop("resets");
}

/** The same for frames that should be rare. */
export function countFrame(session: SessionState): boolean {
  return session.frames.take(session.readMs) || session.stop("frames");
}

/** Ends one stream for what its client did. */
export function resetFor(session: SessionState, stream: ServerStream, code: number): boolean {
  stream.reset(code);
  return countReset(session);
}

/** Whether a stream with this number can exist: the client's have odd numbers, and no new one is meant. */
export function isKnownId(session: SessionState, id: number): boolean {
  return id % 2 === 1 && id <= session.lastId;
}
