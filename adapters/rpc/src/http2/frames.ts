/** Kinds of frames (RFC 9113 6). */
export const frameType = {
  ...{ data: 0, headers: 1, priority: 2, rstStream: 3, settings: 4, pushPromise: 5, ping: 6, goaway: 7 },
  ...{ windowUpdate: 8, continuation: 9 },
} as const;

/** Flags of frames; their meaning depends on the kind. */
export const flags = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const;

/** Error codes (RFC 9113 7). */
export const errorCode = {
  ...{ none: 0, protocol: 1, internal: 2, flowControl: 3, streamClosed: 5, frameSize: 6, refusedStream: 7, cancel: 8 },
  ...{ compression: 9, enhanceYourCalm: 11 },
} as const;

/** Settings (RFC 9113 6.5.2). */
export const setting = {
  ...{ headerTableSize: 1, enablePush: 2, maxConcurrentStreams: 3, initialWindowSize: 4, maxFrameSize: 5 },
  maxHeaderListSize: 6,
} as const;

/** Length of what stands before every frame. */
export const frameHeadBytes = 9;
/** Longest frame that is accepted and, whatever a client would take, sent. */
export const maxFrameBytes = 16_384;
/** Flow-control windows may not become larger. */
export const maxWindow = 2 ** 31 - 1;
/** The window of a connection, and of streams until a setting changes it. */
export const defaultWindow = 65_535;

/** What a client says first (RFC 9113 3.4). */
export const preface: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/**
 * Writes the nine bytes before a frame.
 * @returns the place behind them
 */
export function writeFrameHead(
  target: Buffer,
  at: number,
  length: number,
  type: number,
  flagBits: number,
  id: number,
): number {
  target[at] = length >> 16;
  target[at + 1] = length >> 8;
  target[at + 2] = length;
  target[at + 3] = type;
  target[at + 4] = flagBits;
  target[at + 5] = id >>> 24;
  target[at + 6] = id >> 16;
  target[at + 7] = id >> 8;
  target[at + 8] = id;
  return at + frameHeadBytes;
}

/** A whole frame. */
export function frame(type: number, flagBits: number, id: number, body: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(frameHeadBytes + body.length);
  bytes.set(body, writeFrameHead(bytes, 0, body.length, type, flagBits, id));
  return bytes;
}

/** A frame whose body is one or two 32-bit numbers. */
export function numbersFrame(type: number, id: number, ...numbers: readonly number[]): Buffer {
  const body = Buffer.allocUnsafe(4 * numbers.length);
  for (const [i, number] of numbers.entries()) body.writeUInt32BE(number, 4 * i);
  return frame(type, 0, id, body);
}

/** The settings that a server begins with. */
export function settingsFrame(settings: readonly (readonly [id: number, value: number])[]): Buffer {
  const body = Buffer.allocUnsafe(6 * settings.length);
  for (const [i, [id, value]] of settings.entries()) {
    body.writeUInt16BE(id, 6 * i);
    body.writeUInt32BE(value, 6 * i + 2);
  }
  return frame(frameType.settings, 0, 0, body);
}

/** A block of headers as one frame, or as one and what continues it. */
export function headersFrames(id: number, block: Uint8Array, endStream: boolean): Buffer {
  const end = endStream ? flags.endStream : 0;
  if (block.length <= maxFrameBytes) return frame(frameType.headers, flags.endHeaders | end, id, block);
  const frames = [frame(frameType.headers, end, id, block.subarray(0, maxFrameBytes))];
  for (let at = maxFrameBytes; at < block.length; at += maxFrameBytes) {
    const part = block.subarray(at, at + maxFrameBytes);
    frames.push(frame(frameType.continuation, at + maxFrameBytes >= block.length ? flags.endHeaders : 0, id, part));
  }
  return Buffer.concat(frames);
}
