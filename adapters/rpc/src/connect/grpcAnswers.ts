import { Code, ConnectError } from "@connectrpc/connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { encodeHeaders } from "../http2/hpack/encodeHeaders.ts";
import type { ServerStream } from "../http2/serverStream.ts";
import type { ConnectCore } from "./connectCore.ts";

/** What stands before a message of gRPC: whether it is compressed, and its length. */
export const prefixBytes = 5;

type Fields = readonly (readonly [string, string])[];

/** The head of every answer, and what a handler adds to it. */
export function okHeadFields(more: Iterable<readonly [string, string]>): Fields {
  return [[":status", "200"], ["content-type", "application/grpc+proto"], ...more];
}

/** The head of nearly every answer. */
export const okHead: Buffer = encodeHeaders(okHeadFields([]));
/** The end of an answer that has nothing to add. */
export const okTrailers: Buffer = encodeHeaders([["grpc-status", "0"]]);

/**
 * Puts the prefix before a message.
 * @throws RESOURCE_EXHAUSTED for one above the limit
 */
export function envelope(core: ConnectCore, message: Uint8Array): Buffer {
  const { maxMessageBytes } = core.limits;
  if (message.length > maxMessageBytes) {
    const text = `message size ${message.length} is larger than configured writeMaxBytes ${maxMessageBytes}`;
    throw new ConnectError(text, Code.ResourceExhausted);
  }
  const data = Buffer.allocUnsafe(prefixBytes + message.length);
  data[0] = 0;
  data.writeUInt32BE(message.length, 1);
  data.set(message, prefixBytes);
  return data;
}

/** Ends a stream with an error and its detail. @param hasBegun whether the head is sent already */
export function failStream(core: ConnectCore, stream: ServerStream, error: unknown, hasBegun: boolean): void {
  const known = error instanceof ConnectError ? error : ConnectError.from(error, Code.Canceled);
  if (!hasBegun) stream.respond(okHead);
  stream.finish(encodeHeaders(setTrailerStatus(new Headers(), core.describe(known))));
}
