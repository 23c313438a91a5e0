import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { errorCode } from "../http2/frames.ts";
import { encodeHeaders } from "../http2/hpack/encodeHeaders.ts";
import type { ServerStream, StreamSink } from "../http2/serverStream.ts";
import { type ConnectCore, countInFlight, type DirectMethod, mustHaveRoom } from "./connectCore.ts";
import { DirectContext } from "./directContext.ts";
import { sendStream } from "./directStream.ts";
import { envelope, failStream, okHead, okHeadFields, okTrailers, prefixBytes } from "./grpcAnswers.ts";
import { countCall, inTime, told } from "./guardCalls.ts";

/** Messages up to this size are never refused for what other clients send. */
const smallBytes = 65_536;

/**
 * A call of gRPC from its bytes to its bytes: one message in, the same handler as everywhere, one write out, or a stream.
 * Whatever is not one whole plain message goes to the general pipeline, which knows all the mistakes and says the same.
 */
export class DirectCall implements StreamSink {
  readonly #core: ConnectCore;
  readonly #direct: DirectMethod;
  readonly #stream: ServerStream;
  readonly #client: string;
  readonly #timeoutMs: number | undefined;
  readonly #handOver: (received: readonly Buffer[]) => StreamSink;
  #parts: Buffer[] = [];
  #bytes = 0;
  #uncredited = 0;
  #context: DirectContext | undefined;
  readonly #release: (() => void) | undefined;

  /**
   * @param timeoutMs the caller's own
   * @param release called when the stream is over
   * @param handOver gives the stream to the general pipeline with what has come of the body
   */
  constructor(
    core: ConnectCore,
    direct: DirectMethod,
    stream: ServerStream,
    client: string,
    timeoutMs: number | undefined,
    release: (() => void) | undefined,
    handOver: (received: readonly Buffer[]) => StreamSink,
  ) {
    this.#release = release;
    this.#core = core;
    this.#direct = direct;
    this.#stream = stream;
    this.#client = client;
    this.#timeoutMs = timeoutMs;
    this.#handOver = handOver;
  }

  data(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
    this.#core.incomingBytes += bytes.length;
    if (this.#bytes < prefixBytes) return;
    const length = this.#expectedBytes();
    if (length > this.#core.limits.maxMessageBytes || this.#bytes > prefixBytes + length) {
      this.#leave();
      return;
    }
    if (this.#core.incomingBytes > this.#core.limits.maxIncomingBytes && this.#bytes > smallBytes) {
      this.#fail(this.#core.refuse("busy", "the server is busy: too many requests are arriving"));
      return;
    }
    this.#uncredited += bytes.length;
    if (this.#uncredited > this.#core.limits.streamWindow / 2) {
      this.#stream.credit(this.#uncredited);
      this.#uncredited = 0;
    }
  }

  end(): void {
    const body = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts, this.#bytes);
    if (body.length < prefixBytes || body[0] !== 0 || body.length !== prefixBytes + body.readUInt32BE(1)) {
      this.#leave().end();
      return;
    }
    let request: unknown;
    try {
      request = fromBinary(this.#direct.method.input, body.subarray(prefixBytes));
    } catch {
      this.#leave().end();
      return;
    }
    this.#forget();
    this.#run(request as never);
  }

  late(): void {
    this.#fail(this.#core.refuse("deadline", "the request did not come in time"));
  }

  closed(code: number | undefined): void {
    this.#forget();
    this.#release?.();
    if (code === undefined || code === errorCode.none) return;
    this.#context?.abort(new ConnectError("canceled", Code.Canceled));
  }

  #expectedBytes(): number {
    if (this.#parts[0]!.length < prefixBytes) this.#parts = [Buffer.concat(this.#parts, this.#bytes)];
    return this.#parts[0]!.readUInt32BE(1);
  }

  /** @returns what takes the rest of the request */
  #leave(): StreamSink {
    const received = this.#parts;
    this.#forget();
    // The pipeline takes a place of its own for a stream.
    this.#release?.();
    this.#stream.sink = this.#handOver(received);
    return this.#stream.sink;
  }

  #forget(): void {
    this.#core.incomingBytes -= this.#bytes;
    this.#bytes = 0;
    this.#parts = [];
  }

  #run(request: never): void {
    const startedMs = performance.now();
    const { call, name } = this.#direct;
    const dueMs = this.#timeoutMs === undefined ? undefined : startedMs + this.#timeoutMs;
    const context = new DirectContext(this.#direct, this.#stream.head, this.#client, dueMs);
    try {
      mustHaveRoom(this.#core);
      const answer = call(request, context);
      if (this.#direct.isStream) {
        this.#context = context;
        const messages = answer as AsyncIterable<unknown>;
        void sendStream(this.#core, this.#direct, this.#stream, context, messages, this.#timeoutMs);
        return;
      }
      if (answer instanceof Promise) {
        this.#context = context;
        void this.#wait(answer, context, startedMs);
      } else this.#succeed(answer, context, startedMs);
    } catch (error) {
      this.#fail(told(error, name, this.#core, (code) => countCall(this.#core, name, code, startedMs)));
    }
  }

  async #wait(answer: Promise<unknown>, context: DirectContext, startedMs: number): Promise<void> {
    const { name, timeoutMs } = this.#direct;
    const core = this.#core;
    const stop = () => context.abort(core.shutdown.reason);
    core.shutdown.addEventListener("abort", stop, { once: true });
    const due = () => context.abort(new ConnectError("the operation timed out", Code.DeadlineExceeded));
    const timer = this.#timeoutMs === undefined ? undefined : setTimeout(due, this.#timeoutMs);
    countInFlight(core, 1);
    try {
      this.#succeed(await inTime(answer, context.signal, core.refuse, timeoutMs), context, startedMs);
    } catch (error) {
      this.#fail(told(error, name, core, (code) => countCall(core, name, code, startedMs)));
    } finally {
      countInFlight(core, -1);
      clearTimeout(timer);
      core.shutdown.removeEventListener("abort", stop);
      context.abort(new ConnectError("the call is over", Code.Canceled));
    }
  }

  #succeed(answer: unknown, context: DirectContext, startedMs: number): void {
    const { output } = this.#direct.method;
    const message = toBinary(output, create(output, answer as MessageInitShape<typeof output>));
    const data = envelope(this.#core, message);
    const { header, trailer } = context;
    const head = header === undefined ? okHead : encodeHeaders(okHeadFields(header));
    const trailers = trailer === undefined ? okTrailers : encodeHeaders([["grpc-status", "0"], ...trailer]);
    this.#stream.answer(head, data, trailers);
    const { metrics } = this.#core;
    if (metrics === undefined) return;
    metrics.count("grpc_requests_total", 1, this.#direct.okLabels);
    metrics.observe("grpc_duration_seconds", (performance.now() - startedMs) / 1000, this.#direct.durationLabels);
  }

  #fail(error: unknown): void {
    this.#forget();
    failStream(this.#core, this.#stream, error, false);
  }
}
