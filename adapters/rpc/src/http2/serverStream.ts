import { errorCode, frameType, headersFrames, maxFrameBytes, writeFrameHead } from "./frames.ts";
import type { RequestHead } from "./requestHead.ts";

/** Who takes a request's body. Nothing is called any more after `closed`. */
export interface StreamSink {
  data(bytes: Buffer): void;
  /** The request is complete. */
  end(): void;
  /** The body did not come in time (`bodyDueMs`). */
  late(): void;
  /** The stream is over; with a code when the client or the server reset it. */
  closed(code: number | undefined): void;
}

/** What a stream needs of its connection. */
export interface StreamPort {
  /** Bytes that the connection may send as data now. */
  readonly window: number;
  /** Whether the socket takes more. */
  readonly isWritable: boolean;
  write(bytes: Buffer): void;
  /** Data was sent. */
  spend(bytes: number): void;
  /** Bytes that wait have become more or fewer. */
  waiting(delta: number): void;
  /** The server's side has ended. */
  ended(stream: ServerStream): void;
  credit(stream: ServerStream, bytes: number): void;
  nowMs(): number;
}

/** One request and its response (RFC 9113 5.1). Data that the windows do not let through waits here, in order. */
export class ServerStream {
  readonly id: number;
  readonly head: RequestHead;
  readonly #port: StreamPort;
  sink: StreamSink = deaf;
  sendWindow: number;
  receiveWindow: number;
  /** The client has sent everything. */
  isRequestOver = false;
  /** Everything is sent; the stream is only remembered until the client's side ends. */
  isResponseOver = false;
  isClosed = false;
  receivedBytes = 0;
  /** When the body must be complete; never for requests that are streams. */
  bodyDueMs = Number.POSITIVE_INFINITY;
  /** When data last moved, for a response that its reader does not take. */
  movedMs = 0;
  pendingBytes = 0;
  #pending: Uint8Array[] = [];
  /** Sent once the pending data is; undefined while more may come. */
  #trailers: Uint8Array | "none" | undefined;
  #onDrained: (() => void) | undefined;

  constructor(id: number, head: RequestHead, port: StreamPort, sendWindow: number, receiveWindow: number) {
    this.id = id;
    this.head = head;
    this.#port = port;
    this.sendWindow = sendWindow;
    this.receiveWindow = receiveWindow;
  }

  /** Whether the response is complete here and waits for the client to take it. */
  get isFinishing(): boolean {
    return this.#trailers !== undefined;
  }

  /** Sends the head of the response. @param block as `encodeHeaders` makes it */
  respond(block: Uint8Array): void {
    if (!this.isClosed) this.#port.write(headersFrames(this.id, block, false));
  }

  /** Sends data, now or as soon as the windows let it through. */
  send(bytes: Uint8Array): void {
    if (this.isClosed || bytes.length === 0) return;
    if (this.pendingBytes === 0) this.movedMs = this.#port.nowMs();
    this.#pending.push(bytes);
    this.pendingBytes += bytes.length;
    this.#port.waiting(bytes.length);
    this.pump();
  }

  /** Ends the response, with trailers or without. */
  finish(trailers?: Uint8Array): void {
    if (this.isClosed) return;
    this.#trailers = trailers ?? "none";
    this.pump();
  }

  /**
   * A whole response in one go: head, data, trailers. What fits leaves in one piece.
   */
  answer(block: Uint8Array, data: Uint8Array, trailers: Uint8Array): void {
    if (this.isClosed) return;
    const fits = data.length <= Math.min(this.sendWindow, this.#port.window, maxFrameBytes) && this.#port.isWritable;
    if (!fits || Math.max(block.length, trailers.length) > maxFrameBytes) {
      this.respond(block);
      this.send(data);
      this.finish(trailers);
      return;
    }
    const { id } = this;
    const bytes = Buffer.allocUnsafe(27 + block.length + data.length + trailers.length);
    let at = writeFrameHead(bytes, 0, block.length, frameType.headers, 4, id);
    bytes.set(block, at);
    at = writeFrameHead(bytes, at + block.length, data.length, frameType.data, 0, id);
    bytes.set(data, at);
    at = writeFrameHead(bytes, at + data.length, trailers.length, frameType.headers, 5, id);
    bytes.set(trailers, at);
    this.sendWindow -= data.length;
    this.#port.spend(data.length);
    this.#port.write(bytes);
    this.#over();
  }

  /** Resolves when all data has left for the socket, or the stream is over. */
  drained(): Promise<void> {
    if (this.pendingBytes === 0 || this.isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onDrained = resolve;
    });
  }

  /** Lets the client send as many bytes more. */
  credit(bytes: number): void {
    if (!this.isClosed && !this.isRequestOver) this.#port.credit(this, bytes);
  }

  /** Ends the stream in both directions. */
  reset(code: number): void {
    if (this.isClosed) return;
    const body = Buffer.allocUnsafe(13);
    body.writeUInt32BE(code, writeFrameHead(body, 0, 4, frameType.rstStream, 0, this.id));
    this.#port.write(body);
    this.close(code);
  }

  /** Sends what the windows let through. */
  pump(): void {
    while (this.pendingBytes > 0 && this.#port.isWritable) {
      const first = this.#pending[0]!;
      const length = Math.min(first.length, this.sendWindow, this.#port.window, maxFrameBytes);
      if (length <= 0) return;
      const isLast = length === first.length && this.#pending.length === 1 && this.#trailers === "none";
      const bytes = Buffer.allocUnsafe(9 + length);
      bytes.set(first.subarray(0, length), writeFrameHead(bytes, 0, length, frameType.data, isLast ? 1 : 0, this.id));
      if (length === first.length) this.#pending.shift();
      else this.#pending[0] = first.subarray(length);
      this.pendingBytes -= length;
      this.sendWindow -= length;
      this.movedMs = this.#port.nowMs();
      this.#port.spend(length);
      this.#port.write(bytes);
      this.#port.waiting(-length);
      if (isLast) {
        this.#over();
        return;
      }
    }
    if (this.pendingBytes > 0) return;
    this.#wake();
    if (this.#trailers === undefined) return;
    if (this.#trailers === "none") {
      const bytes = Buffer.allocUnsafe(9);
      writeFrameHead(bytes, 0, 0, frameType.data, 1, this.id);
      this.#port.write(bytes);
    } else this.#port.write(headersFrames(this.id, this.#trailers, true));
    this.#over();
  }

  /** The stream is over, for whatever reason: forgets what waits and tells the sink. */
  close(code: number | undefined): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.pendingBytes > 0) this.#port.waiting(-this.pendingBytes);
    this.pendingBytes = 0;
    this.#pending = [];
    this.#wake();
    this.#port.ended(this);
    this.sink.closed(code);
  }

  #over(): void {
    this.isResponseOver = true;
    if (this.isRequestOver) this.close(undefined);
    // The rest of the request is of no use any more (RFC 9113 8.1).
    else this.reset(errorCode.none);
  }

  #wake(): void {
    const wake = this.#onDrained;
    this.#onDrained = undefined;
    wake?.();
  }
}

const deaf: StreamSink = { data() {}, end() {}, late() {}, closed() {} };
