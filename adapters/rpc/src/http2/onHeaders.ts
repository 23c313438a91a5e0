import { errorCode, flags, frameType, numbersFrame } from "./frames.ts";
import type { ReadBlock } from "./headReader.ts";
import { endRequest } from "./onData.ts";
import { areTrailers } from "./requestHead.ts";
import { countFrame, countReset, resetFor, type SessionState } from "./sessionState.ts";
import { unpad } from "./unpad.ts";

/** HEADERS: a request begins, or ends with trailers (RFC 9113 6.2). */
export function onHeaders(session: SessionState, flagBits: number, id: number, body: Buffer): boolean {
  const block = unpad(flagBits, body, (flagBits & flags.priority) === 0 ? 0 : 5);
  if (block === undefined || id % 2 === 0) return session.stop("protocol");
  const endStream = (flagBits & flags.endStream) !== 0;
  if ((flagBits & flags.endHeaders) !== 0) return onBlock(session, id, endStream, block);
  session.block = { id, endStream, parts: [Buffer.from(block)], bytes: block.length };
  return block.length <= session.limits.maxHeaderBytes || session.stop("headers");
}

/** CONTINUATION: more of the headers before it; bounded in bytes and in number (CVE-2024-27316). */
export function onContinuation(session: SessionState, flagBits: number, id: number, body: Buffer): boolean {
  const { block } = session;
  if (block === undefined || id !== block.id) return session.stop("protocol");
  block.parts.push(Buffer.from(body));
  block.bytes += body.length;
  const { maxHeaderBytes, maxContinuations } = session.limits;
  if (block.bytes > maxHeaderBytes || block.parts.length > maxContinuations) return session.stop("headers");
  if ((flagBits & flags.endHeaders) === 0) return true;
  session.block = undefined;
  return onBlock(session, block.id, block.endStream, Buffer.concat(block.parts));
}

function onBlock(session: SessionState, id: number, endStream: boolean, block: Buffer): boolean {
  if (id <= session.lastId) return onTrailers(session, id, endStream, session.heads.trailers(block));
  const read = session.heads.head(block);
  session.lastId = id;
  if (read.kind === "head") return session.begin(id, endStream, read.head);
  if (read.kind === "failed") return failed(session, read.why);
  session.write(numbersFrame(frameType.rstStream, id, errorCode.protocol));
  return countReset(session);
}

function onTrailers(session: SessionState, id: number, endStream: boolean, read: ReadBlock): boolean {
  if (read.kind !== "fields") return failed(session, read.kind === "failed" ? read.why : "compression");
  const stream = session.streams.get(id);
  if (stream === undefined) return countFrame(session);
  if (stream.isRequestOver) return session.stop("protocol", errorCode.streamClosed);
  if (!endStream || !areTrailers(read.fields)) return resetFor(session, stream, errorCode.protocol);
  return endRequest(session, stream);
}

function failed(session: SessionState, why: "compression" | "size"): false {
  return why === "size" ? session.stop("headers") : session.stop("protocol", errorCode.compression);
}
