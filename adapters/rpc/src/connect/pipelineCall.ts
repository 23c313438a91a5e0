import { Code, ConnectError, createContextValues } from "@connectrpc/connect";
import type { UniversalHandler, UniversalServerResponse } from "@connectrpc/connect/protocol";
import { errorCode } from "../http2/frames.ts";
import { encodeHeaders } from "../http2/hpack/encodeHeaders.ts";
import type { ServerStream, StreamSink } from "../http2/serverStream.ts";
import { BodyQueue } from "./bodyQueue.ts";
import { callerKey } from "./callGate.ts";
import type { ConnectCore } from "./connectCore.ts";
import { detailErrors } from "./detailErrors.ts";
import { headersOf } from "./directContext.ts";
import { readTimeout } from "./readTimeout.ts";

/** What a stream is served with. */
export interface PipelineOptions {
  readonly handler: UniversalHandler;
  readonly client: string;
  readonly scheme: "http" | "https";
  readonly isAdmitted: boolean;
  /** Set in the response, for web pages. */
  readonly headers: Readonly<Record<string, string>>;
  /** What has come of the body already. */
  readonly received: readonly Buffer[];
}

/** A call of any kind and protocol over HTTP/2, through the general pipeline. */
export class PipelineCall implements StreamSink {
  readonly #core: ConnectCore;
  readonly #stream: ServerStream;
  readonly #options: PipelineOptions;
  readonly #body: BodyQueue;
  readonly #abort = new AbortController();
  readonly #ends: (() => void)[] = [];
  readonly #isOneMessage: boolean;
  #counted = 0;

  constructor(core: ConnectCore, stream: ServerStream, options: PipelineOptions) {
    this.#core = core;
    this.#stream = stream;
    this.#options = options;
    const { methodKind } = options.handler.method;
    this.#isOneMessage = methodKind === "unary" || methodKind === "server_streaming";
    // A client that sends its one message drop by drop would keep the stream as long as it likes.
    if (this.#isOneMessage) stream.bodyDueMs = performance.now() + core.limits.requestTimeoutMs;
    this.#body = new BodyQueue((bytes) => {
      stream.credit(bytes);
      // One message is kept until it is complete, the messages of a stream until they are read.
      if (!this.#isOneMessage) this.#uncount(bytes);
    });
    for (const chunk of options.received) this.data(chunk);
  }

  /** Runs the handler and sends what it says. */
  async run(): Promise<void> {
    const stream = this.#stream;
    const { head } = stream;
    const { handler, client, isAdmitted, scheme } = this.#options;
    const onEnd = (release: () => void) => {
      if (stream.isClosed) release();
      else this.#ends.push(release);
    };
    try {
      const answer = await handler({
        httpVersion: "2.0",
        method: head.method,
        url: new URL(head.path, `${scheme}://${head.authority ?? "localhost"}`).href,
        header: withoutLongTimeout(headersOf(head)),
        body: this.#body,
        signal: this.#abort.signal,
        contextValues: createContextValues().set(callerKey, { client, isAdmitted, onEnd }),
      });
      await sendResponse(stream, await detailErrors(answer, this.#core.describe), this.#options.headers);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  data(bytes: Buffer): void {
    this.#counted += bytes.length;
    this.#core.incomingBytes += bytes.length;
    if (this.#core.incomingBytes > this.#core.limits.maxIncomingBytes && this.#counted > smallBytes) {
      const error = this.#core.refuse("busy", "the server is busy: too many requests are arriving");
      this.#uncount(this.#counted);
      this.#body.fail(error);
      return;
    }
    this.#body.push(bytes);
  }

  end(): void {
    if (this.#isOneMessage) this.#uncount(this.#counted);
    this.#body.end();
  }

  late(): void {
    this.#stream.bodyDueMs = Number.POSITIVE_INFINITY;
    this.#body.fail(this.#core.refuse("deadline", "the request did not come in time"));
  }

  closed(): void {
    this.#uncount(this.#counted);
    const gone = new ConnectError("the caller has left", Code.Canceled);
    this.#body.fail(gone);
    this.#abort.abort(gone);
    for (const end of this.#ends) end();
  }

  #uncount(bytes: number): void {
    this.#core.incomingBytes -= bytes;
    this.#counted -= bytes;
  }

  /** The connection is broken, or the request was no HTTP that makes sense; nobody is left to be told more. */
  #giveUp(error: unknown): void {
    if (this.#stream.isClosed) return;
    this.#core.metrics?.count("grpc_broken_calls_total");
    const text = error instanceof Error ? error.message : String(error);
    this.#core.logger?.log("debug", "a gRPC call broke", { error: text });
    this.#stream.reset(errorCode.internal);
  }
}

/** The library hands a timeout to a timer as it is; one that is too long would end at once. */
function withoutLongTimeout(header: Headers): Headers {
  if (readTimeout(header.get("grpc-timeout") ?? "") === Number.POSITIVE_INFINITY) header.delete("grpc-timeout");
  return header;
}

/** Messages up to this size are never refused for what other clients send. */
const smallBytes = 65_536;

/** Sends a response as fast as the client reads it. */
export async function sendResponse(
  stream: ServerStream,
  { status, header, body, trailer }: UniversalServerResponse,
  more: Readonly<Record<string, string>>,
): Promise<void> {
  stream.respond(encodeHeaders([[":status", `${status}`], ...(header ?? []), ...Object.entries(more)]));
  if (body !== undefined) {
    for await (const chunk of body) {
      stream.send(chunk);
      await stream.drained();
      if (stream.isClosed) return;
    }
  }
  const trailers = [...(trailer ?? [])];
  stream.finish(trailers.length === 0 ? undefined : encodeHeaders(trailers));
}
