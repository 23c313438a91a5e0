import { errorCode, flags, frame, frameType, maxFrameBytes, maxWindow, setting } from "./frames.ts";
import { countFrame, countReset, isKnownId, resetFor, type SessionState } from "./sessionState.ts";

const none = Buffer.alloc(0);

/** WINDOW_UPDATE: the client takes more data (RFC 9113 6.9). */
export function onWindowUpdate(session: SessionState, id: number, body: Buffer): boolean {
  if (body.length !== 4) return session.stop("protocol", errorCode.frameSize);
  const more = body.readUInt32BE(0) & maxWindow;
  if (id === 0) {
    session.window += more;
    if (more === 0 || session.window > maxWindow) return session.stop("protocol", errorCode.flowControl);
    pumpAll(session);
    return true;
  }
  if (!isKnownId(session, id)) return session.stop("protocol");
  const stream = session.streams.get(id);
  if (stream === undefined) return countFrame(session);
  stream.sendWindow += more;
  if (more === 0) return resetFor(session, stream, errorCode.protocol);
  if (stream.sendWindow > maxWindow) return resetFor(session, stream, errorCode.flowControl);
  if (stream.pendingBytes > 0) stream.pump();
  return true;
}

/** RST_STREAM: the client gives a request up (RFC 9113 6.4). */
export function onReset(session: SessionState, id: number, body: Buffer): boolean {
  if (body.length !== 4) return session.stop("protocol", errorCode.frameSize);
  if (!isKnownId(session, id)) return session.stop("protocol");
  session.streams.get(id)?.close(body.readUInt32BE(0));
  return countReset(session);
}

/** All other frames: each counts, because each may ask for an answer. */
export function onControl(session: SessionState, type: number, flagBits: number, id: number, body: Buffer): boolean {
  if (!countFrame(session)) return false;
  const isAck = (flagBits & flags.ack) !== 0;
  switch (type) {
    case frameType.settings:
      if (id !== 0) return session.stop("protocol");
      if (isAck ? body.length !== 0 : body.length % 6 !== 0) return session.stop("protocol", errorCode.frameSize);
      return isAck || onSettings(session, body);
    case frameType.ping:
      if (id !== 0) return session.stop("protocol");
      if (body.length !== 8) return session.stop("protocol", errorCode.frameSize);
      if (isAck) session.isPingOpen = false;
      else session.write(frame(frameType.ping, flags.ack, 0, body));
      return true;
    case frameType.priority:
      if (body.length !== 5) return session.stop("protocol", errorCode.frameSize);
      return id !== 0 || session.stop("protocol");
    case frameType.goaway:
      return id === 0 || session.stop("protocol");
    case frameType.pushPromise:
    case frameType.continuation:
      return session.stop("protocol");
    default:
      // Unknown kinds are left out of account (RFC 9113 5.5).
      return true;
  }
}

function onSettings(session: SessionState, body: Buffer): boolean {
  for (let at = 0; at < body.length; at += 6) {
    const id = body.readUInt16BE(at);
    const value = body.readUInt32BE(at + 2);
    if (id === setting.enablePush && value > 1) return session.stop("protocol");
    if (id === setting.maxFrameSize && (value < maxFrameBytes || value > 0xff_ffff)) return session.stop("protocol");
    if (id === setting.initialWindowSize && !setInitialWindow(session, value)) {
      return session.stop("protocol", errorCode.flowControl);
    }
  }
  session.write(frame(frameType.settings, flags.ack, 0, none));
  return true;
}

/** The change concerns the streams that run too (RFC 9113 6.9.2). */
function setInitialWindow(session: SessionState, value: number): boolean {
  if (value > maxWindow) return false;
  const delta = value - session.initialWindow;
  session.initialWindow = value;
  for (const stream of session.streams.values()) {
    stream.sendWindow += delta;
    if (stream.sendWindow > maxWindow) return false;
  }
  pumpAll(session);
  return true;
}

function pumpAll(session: SessionState): void {
  for (const stream of session.streams.values()) if (stream.pendingBytes > 0) stream.pump();
}
