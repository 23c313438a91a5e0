import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { encodeHeaders } from "../http2/hpack/encodeHeaders.ts";
import type { ServerStream } from "../http2/serverStream.ts";
import { type ConnectCore, countInFlight, type DirectMethod } from "./connectCore.ts";
import type { DirectContext } from "./directContext.ts";
import { envelope, failStream, okHead, okHeadFields, okTrailers } from "./grpcAnswers.ts";
import { countCall, told } from "./guardCalls.ts";

/** Frozen messages with their bytes: many subscribers of the same share one encoding. */
const encoded = new WeakMap<object, Buffer>();

/**
 * Sends the messages of a handler as a stream of gRPC, as fast as the client reads them.
 * @param timeoutMs the caller's own
 */
export async function sendStream(
  core: ConnectCore,
  direct: DirectMethod,
  stream: ServerStream,
  context: DirectContext,
  messages: AsyncIterable<unknown>,
  timeoutMs: number | undefined,
): Promise<void> {
  const startedMs = performance.now();
  const stop = () => context.abort(core.shutdown.reason);
  core.shutdown.addEventListener("abort", stop, { once: true });
  if (core.shutdown.aborted) stop();
  const due = () => context.abort(core.refuse("deadline", "the deadline of the caller has passed"));
  const timer = timeoutMs === undefined ? undefined : setTimeout(due, timeoutMs);
  countInFlight(core, 1);
  let code = "canceled";
  let hasBegun = false;
  try {
    for await (const message of messages) {
      if (!hasBegun)
        stream.respond(context.header === undefined ? okHead : encodeHeaders(okHeadFields(context.header)));
      hasBegun = true;
      stream.send(bytesOf(core, direct, message as object));
      await stream.drained();
      if (stream.isClosed) break;
    }
    if (!stream.isClosed) {
      code = "ok";
      if (!hasBegun) stream.respond(okHead);
      stream.finish(okTrailers);
    }
  } catch (error) {
    const answer = told(error, direct.name, core, (text) => {
      code = text;
    });
    failStream(core, stream, answer, hasBegun);
  } finally {
    clearTimeout(timer);
    core.shutdown.removeEventListener("abort", stop);
    countInFlight(core, -1);
    countCall(core, direct.name, code, startedMs);
    context.abort(new ConnectError("the call is over", Code.Canceled));
  }
}

function bytesOf(core: ConnectCore, { method }: DirectMethod, message: object): Buffer {
  const known = encoded.get(message);
  if (known !== undefined) return known;
  const { output } = method;
  const bytes = envelope(core, toBinary(output, create(output, message as MessageInitShape<typeof output>)));
  if (Object.isFrozen(message)) encoded.set(message, bytes);
  return bytes;
}
