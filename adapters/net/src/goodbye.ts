/**
 * The body of the last frame on a refused link: type 0x25 with request id 0 and the reason, as the RLP list [0, text]
 * (kairos N4, N5, N16).
 * @param reason at most 48 ASCII characters.
 * @example encodeGoodbye("PEER_BUSY") // cb 80 89 "PEER_BUSY"
 */
export function encodeGoodbye(reason: string): Buffer {
  const text = Buffer.from(reason.slice(0, 48), "latin1");
  return Buffer.concat([Buffer.of(0xc0 + text.length + 2, 0x80, 0x80 + text.length), text]);
}

/** @returns the stated reason, or undefined when the body is not a goodbye but an answer to a request. */
export function decodeGoodbye(body: Uint8Array): string | undefined {
  const length = body.length - 3;
  if (length < 2 || length > 48) return undefined;
  if (body[0] !== 0xc0 + length + 2 || body[1] !== 0x80 || body[2] !== 0x80 + length) return undefined;
  const text = Buffer.from(body.subarray(3)).toString("latin1");
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c !== 0x5f && (c < 0x41 || c > 0x5a)) return undefined;
  }
  return text;
}
