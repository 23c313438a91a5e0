import type { Duplex } from "node:stream";
import { FloodGuard } from "./floodGuard.ts";
import { FrameReader, type ReadProblem } from "./frameReader.ts";
import { defaultWindow, errorCode, flags, frame, frameType, numbersFrame, setting, settingsFrame } from "./frames.ts";
import { HeadReader } from "./headReader.ts";
import { onControl, onReset, onWindowUpdate } from "./onControl.ts";
import { connectionWindow, endRequest, onData } from "./onData.ts";
import { onContinuation, onHeaders } from "./onHeaders.ts";
import type { RequestHead } from "./requestHead.ts";
import { ServerStream } from "./serverStream.ts";
import { countReset, type OpenBlock, type SessionState } from "./sessionState.ts";
import type { CutReason, SessionEvents, SessionLimits } from "./sessionTypes.ts";

const framesPerAnswer = 4;
/** Time for the last words to a client that is cut off. */
const farewellMs = 250;
const codes: Readonly<Record<CutReason, number>> = {
  ...{ resets: errorCode.enhanceYourCalm, frames: errorCode.enhanceYourCalm, headers: errorCode.enhanceYourCalm },
  ...{ slow: errorCode.enhanceYourCalm, silent: errorCode.none, protocol: errorCode.protocol },
};

/**
 * One HTTP/2 connection of a server (RFC 9113), made for many small requests: what one read brings is answered with one
 * write, and a head that is the same bytes as the one before is not read again. Everything that a client can make it keep
 * or do is bounded (`SessionLimits`).
 */
export class Session implements SessionState {
  readonly #socket: Duplex;
  readonly #events: SessionEvents;
  readonly #reader: FrameReader;
  readonly limits: SessionLimits;
  readonly streams: Map<number, ServerStream> = new Map();
  readonly heads: HeadReader;
  readonly resets: FloodGuard;
  readonly frames: FloodGuard;
  window: number = defaultWindow;
  initialWindow: number = defaultWindow;
  receiveWindow: number = connectionWindow;
  lastId = 0;
  block: OpenBlock | undefined;
  isPingOpen = false;
  readMs: number;
  /** Since when a frame, a block of headers or the preface is incomplete. */
  #waitingSinceMs: number;
  #out: Buffer[] = [];
  #outBytes = 0;
  #isReading = false;
  #willFlush = false;
  #isSettled = false;
  #isClosed = false;
  #isLeaving = false;
  #pendingBytes = 0;
  #toldBytes = 0;

  constructor(socket: Duplex, limits: SessionLimits, events: SessionEvents) {
    const nowMs = performance.now();
    this.#socket = socket;
    this.limits = limits;
    this.#events = events;
    this.readMs = nowMs;
    this.#waitingSinceMs = nowMs;
    this.heads = new HeadReader(limits.maxHeaderBytes);
    this.resets = new FloodGuard(limits.resetBurst, limits.resetPerSecond, nowMs);
    this.frames = new FloodGuard(limits.frameBurst, limits.framePerSecond, nowMs);
    this.#reader = new FrameReader((type, flagBits, id, body) => this.#onFrame(type, flagBits, id, body));
    this.write(
      settingsFrame([
        [setting.maxConcurrentStreams, limits.maxConcurrentStreams],
        [setting.initialWindowSize, limits.streamWindow],
        [setting.maxHeaderListSize, limits.maxHeaderBytes],
      ]),
    );
    this.write(numbersFrame(frameType.windowUpdate, 0, connectionWindow - defaultWindow));
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("drain", () => this.#onDrain());
    socket.on("error", () => this.#close());
    socket.on("close", () => this.#close());
  }

  get isWritable(): boolean {
    return this.#socket.writableLength + this.#outBytes < this.limits.maxSocketBytes;
  }

  /** Bytes that wait for the client to read them. */
  get waitingBytes(): number {
    return this.#isClosed ? 0 : this.#pendingBytes + this.#outBytes + this.#socket.writableLength;
  }

  nowMs(): number {
    return performance.now();
  }

  /** Looks whether anything takes too long; called about once a second. */
  check(nowMs: number): void {
    const { headersTimeoutMs, sendTimeoutMs } = this.limits;
    // While this side does not read, nothing can become complete.
    if (this.#isIncomplete() && this.isWritable && nowMs - this.#waitingSinceMs > headersTimeoutMs) this.stop("slow");
    for (const stream of [...this.streams.values()]) {
      if (!stream.isRequestOver && nowMs > stream.bodyDueMs) stream.sink.late();
      if (stream.isFinishing && stream.pendingBytes > 0 && nowMs - stream.movedMs > sendTimeoutMs) {
        this.#events.onStuck();
        stream.reset(errorCode.cancel);
      }
    }
  }

  /** Asks the client whether it is there; one that did not answer the question before is cut off. */
  ping(): void {
    if (this.isPingOpen) return void this.stop("silent");
    this.isPingOpen = true;
    this.write(frame(frameType.ping, 0, 0, Buffer.alloc(8)));
  }

  /** Takes no new requests; those that run may end. */
  leave(): void {
    if (this.#isClosed || this.#isLeaving) return;
    this.#isLeaving = true;
    this.write(numbersFrame(frameType.goaway, 0, this.lastId, errorCode.none));
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#close();
    this.#socket.destroy();
  }

  write(bytes: Buffer): void {
    if (this.#isClosed) return;
    this.#out.push(bytes);
    this.#outBytes += bytes.length;
    if (this.#isReading || this.#willFlush) return;
    this.#willFlush = true;
    // Whatever else this turn of the program answers goes into the same write.
    process.nextTick(() => this.#flush());
  }

  spend(bytes: number): void {
    this.window -= bytes;
    // Clients measure the connection with a ping for nearly every answer: what is asked for is no flood.
    this.frames.give(framesPerAnswer);
  }

  waiting(delta: number): void {
    this.#pendingBytes += delta;
  }

  ended(stream: ServerStream): void {
    this.streams.delete(stream.id);
  }

  credit(stream: ServerStream, bytes: number): void {
    stream.receiveWindow += bytes;
    this.write(numbersFrame(frameType.windowUpdate, stream.id, bytes));
  }

  begin(id: number, endStream: boolean, head: RequestHead): boolean {
    if (this.#isLeaving || this.streams.size >= this.limits.maxConcurrentStreams) {
      this.write(numbersFrame(frameType.rstStream, id, errorCode.refusedStream));
      return countReset(this);
    }
    const stream = new ServerStream(id, head, this, this.initialWindow, this.limits.streamWindow);
    this.streams.set(id, stream);
    this.#events.onStream(stream);
    return endStream && !stream.isClosed ? endRequest(this, stream) : this.isWritable;
  }

  stop(reason: CutReason, code = codes[reason]): false {
    if (this.#isClosed) return false;
    this.#events.onCut(reason);
    const last = Buffer.concat([...this.#out, numbersFrame(frameType.goaway, 0, this.lastId, code)]);
    this.#close();
    this.#socket.end(last, () => this.#socket.destroy());
    setTimeout(() => this.#socket.destroy(), farewellMs).unref();
    return false;
  }

  #isIncomplete(): boolean {
    return !this.#isSettled || this.block !== undefined || this.#reader.isWaiting;
  }

  #read(chunk: Buffer | undefined): void {
    if (this.#isClosed) return;
    this.readMs = performance.now();
    if (!this.#isIncomplete()) this.#waitingSinceMs = this.readMs;
    this.#isReading = true;
    let problem: ReadProblem = chunk === undefined ? this.#reader.resume() : this.#reader.read(chunk);
    this.#flush();
    while (problem === undefined && this.#reader.isStopped && this.isWritable && !this.#isClosed) {
      problem = this.#reader.resume();
      this.#flush();
    }
    this.#isReading = false;
    if (problem !== undefined) {
      this.stop("protocol", problem === "size" ? errorCode.frameSize : errorCode.protocol);
    } else if (!this.isWritable) this.#socket.pause();
  }

  #onDrain(): void {
    if (this.#isClosed) return;
    for (const stream of this.streams.values()) if (stream.pendingBytes > 0) stream.pump();
    this.#flush();
    if (!this.isWritable) return;
    this.#read(undefined);
    if (this.isWritable && this.#socket.isPaused()) this.#socket.resume();
  }

  #onFrame(type: number, flagBits: number, id: number, body: Buffer): boolean {
    if (this.#isClosed) return false;
    if (!this.#isSettled) {
      if (type !== frameType.settings || (flagBits & flags.ack) !== 0) return this.stop("protocol");
      this.#isSettled = true;
    }
    if (this.block !== undefined) {
      return type === frameType.continuation ? onContinuation(this, flagBits, id, body) : this.stop("protocol");
    }
    // Each complete frame begins the time anew; frames that continue headers do not.
    this.#waitingSinceMs = this.readMs;
    switch (type) {
      case frameType.data:
        return onData(this, flagBits, id, body);
      case frameType.headers:
        return onHeaders(this, flagBits, id, body);
      case frameType.windowUpdate:
        return onWindowUpdate(this, id, body);
      case frameType.rstStream:
        return onReset(this, id, body);
      default:
        return onControl(this, type, flagBits, id, body);
    }
  }

  #flush(): void {
    this.#willFlush = false;
    if (this.#isClosed) return;
    const { length } = this.#out;
    if (length > 0) {
      const bytes = length === 1 ? this.#out[0]! : Buffer.concat(this.#out, this.#outBytes);
      this.#out = [];
      this.#outBytes = 0;
      this.#socket.write(bytes);
    }
    this.#tell();
  }

  #tell(): void {
    const waiting = this.waitingBytes;
    if (waiting !== this.#toldBytes) this.#events.onWaiting(waiting - this.#toldBytes);
    this.#toldBytes = waiting;
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#out = [];
    for (const stream of [...this.streams.values()]) stream.close(errorCode.cancel);
    this.#tell();
    this.#events.onClosed();
  }
}
