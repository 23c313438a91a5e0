import { errorCode, flags, frameType, numbersFrame } from "./frames.ts";
import type { ServerStream } from "./serverStream.ts";
import { countFrame, isKnownId, resetFor, type SessionState } from "./sessionState.ts";
import { unpad } from "./unpad.ts";

/** Bytes of all requests of a connection that may be on their way; each stream has its own window besides. */
export const connectionWindow: number = 4 * 1024 * 1024;

/** DATA: bytes of a request's body (RFC 9113 6.1). */
export function onData(session: SessionState, flagBits: number, id: number, body: Buffer): boolean {
  if (!isKnownId(session, id)) return session.stop("protocol");
  if (body.length > session.receiveWindow) return session.stop("protocol", errorCode.flowControl);
  session.receiveWindow -= body.length;
  if (session.receiveWindow < connectionWindow / 2) {
    session.write(numbersFrame(frameType.windowUpdate, 0, connectionWindow - session.receiveWindow));
    session.receiveWindow = connectionWindow;
  }
  const data = unpad(flagBits, body, 0);
  if (data === undefined) return session.stop("protocol");
  const isEnd = (flagBits & flags.endStream) !== 0;
  const stream = session.streams.get(id);
  // What was on its way when a stream ended is dropped.
  if (stream === undefined) return countFrame(session);
  if (stream.isRequestOver) return resetFor(session, stream, errorCode.streamClosed);
  stream.receiveWindow -= body.length;
  if (stream.receiveWindow < 0) return resetFor(session, stream, errorCode.flowControl);
  if (data.length === 0 && !isEnd && !countFrame(session)) return false;
  stream.receivedBytes += data.length;
  if (data.length > 0) stream.sink.data(data);
  // Padding never reaches the sink, which could not give its room back.
  if (body.length > data.length) stream.credit(body.length - data.length);
  if (isEnd && !stream.isClosed) return endRequest(session, stream);
  return session.isWritable;
}

/** The request of a stream is complete. */
export function endRequest(session: SessionState, stream: ServerStream): boolean {
  const { contentLength } = stream.head;
  if (contentLength !== undefined && contentLength !== stream.receivedBytes) {
    return resetFor(session, stream, errorCode.protocol);
  }
  stream.isRequestOver = true;
  stream.sink.end();
  return session.isWritable;
}
