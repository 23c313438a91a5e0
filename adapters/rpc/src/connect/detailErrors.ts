import { Code, ConnectError } from "@connectrpc/connect";
import type { UniversalServerResponse } from "@connectrpc/connect/protocol";
import { errorFromJsonBytes, errorToJson, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import type { DescribeError } from "./callErrors.ts";

const details = "grpc-status-details-bin";
/** Flags of the last envelope: of gRPC-Web with its trailers, of Connect with its end of a stream. */
const webTrailers = 0x80;
const connectEnd = 0x02;
const prefixBytes = 5;

/**
 * Gives the errors that the protocols themselves make (bad JSON, a method that is not there, a message that is too long)
 * the details that all others have (kairos G3).
 */
export async function detailErrors(
  response: UniversalServerResponse,
  describe: DescribeError,
): Promise<UniversalServerResponse> {
  const { body, header, trailer } = response;
  const type = header?.get("content-type") ?? "";
  if (body === undefined || header === undefined) return response;
  if (type.startsWith("application/grpc-web"))
    return { ...response, body: eachLast(body, webTrailers, describeWeb(describe)) };
  if (type.startsWith("application/grpc"))
    return { ...response, body: before(body, () => describeTrailer(trailer, describe)) };
  if (type.startsWith("application/connect+"))
    return { ...response, body: eachLast(body, connectEnd, describeEnd(describe)) };
  const isError = response.status >= 400 && type === "application/json" && !header.has("content-encoding");
  return isError ? describeUnary(response, body, describe) : response;
}

async function* before(body: AsyncIterable<Uint8Array>, atEnd: () => void): AsyncGenerator<Uint8Array> {
  yield* body;
  atEnd();
}

async function* eachLast(
  body: AsyncIterable<Uint8Array>,
  flag: number,
  change: (content: Buffer) => Uint8Array | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    // Each envelope is a chunk of its own; a compressed one is left as it is.
    const isLast = chunk.length >= prefixBytes && chunk[0] === flag;
    const changed = isLast ? change(Buffer.from(chunk.subarray(prefixBytes))) : undefined;
    if (changed === undefined) yield chunk;
    else {
      const head = Buffer.alloc(prefixBytes, flag);
      head.writeUInt32BE(changed.length, 1);
      yield Buffer.concat([head, changed]);
    }
  }
}

function describeTrailer(trailer: Headers | undefined, describe: DescribeError): boolean {
  const code = Number(trailer?.get("grpc-status") ?? 0);
  if (trailer === undefined || code === 0 || trailer.has(details)) return false;
  const message = decodeURIComponent(trailer.get("grpc-message") ?? "");
  setTrailerStatus(trailer, describe(new ConnectError(message, code)));
  return true;
}

function describeWeb(describe: DescribeError) {
  return (content: Buffer): Uint8Array | undefined => {
    const trailer = new Headers();
    for (const line of content.toString("latin1").split("\r\n")) {
      const end = line.indexOf(":");
      if (end > 0) trailer.append(line.slice(0, end), line.slice(end + 1).trim());
    }
    if (!describeTrailer(trailer, describe)) return undefined;
    return Buffer.from([...trailer].map(([name, value]) => `${name}: ${value}\r\n`).join(""), "latin1");
  };
}

function describeEnd(describe: DescribeError) {
  return (content: Buffer): Uint8Array | undefined => {
    const end = JSON.parse(content.toString()) as { error?: unknown };
    if (end.error === undefined) return undefined;
    const error = errorFromJsonBytes(Buffer.from(JSON.stringify(end.error)), undefined, unknownError());
    if (error.details.length > 0) return undefined;
    return Buffer.from(JSON.stringify({ ...end, error: errorToJson(describe(plain(error)), undefined) }));
  };
}

async function describeUnary(
  response: UniversalServerResponse,
  body: AsyncIterable<Uint8Array>,
  describe: DescribeError,
): Promise<UniversalServerResponse> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const error = errorFromJsonBytes(bytes, undefined, unknownError());
  if (error.details.length > 0) return { ...response, body: iterate(bytes) };
  const described = errorToJsonBytes(describe(plain(error)), undefined);
  const header = new Headers(response.header);
  header.set("content-length", `${described.length}`);
  return { ...response, header, body: iterate(described) };
}

/** The error without what was read along with it. */
function plain(error: ConnectError): ConnectError {
  return new ConnectError(error.rawMessage, error.code);
}

function unknownError(): ConnectError {
  return new ConnectError("unknown", Code.Unknown);
}

/** A body of one piece. */
export async function* iterate(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
