import { connect, type Socket } from "node:net";
import {
  encodeHeaders,
  flags,
  frame,
  frameType,
  HeaderDecoder,
  numbersFrame,
  preface,
  setting,
  settingsFrame,
} from "@polis/rpc";

/** What a lean connection tells. */
export interface LeanEvents {
  /** A whole message of a call. */
  readonly onMessage?: (call: number, message: Buffer) => void;
  /** A call has ended; 0 is OK, -1 a call that was reset or lost with its connection. */
  readonly onEnd: (call: number, status: number, trailers: ReadonlyMap<string, string>) => void;
}

const maxWindow = 2 ** 31 - 1;
const maxHeaderBytes = 65_536;
const prefixBytes = 5;

/**
 * A client of gRPC for load: frames are written by hand, heads are made once for each method, and several calls share a
 * connection and a write. It takes whatever windows allow, and knows only what this project's server sends.
 */
export class LeanGrpc {
  readonly #socket: Socket;
  readonly #events: LeanEvents;
  readonly #decoder = new HeaderDecoder(maxHeaderBytes);
  readonly #heads = new Map<string, Buffer>();
  readonly #partial = new Map<number, Buffer>();
  #input: Buffer = Buffer.alloc(0);
  #out: Buffer[] = [];
  #isReading = false;
  #next = 1;

  /**
   * Resolves with a connection that is open.
   * @param window bytes that the server may send on each stream unasked; all that is possible by default
   */
  static async connect(port: number, events: LeanEvents, window: number = maxWindow): Promise<LeanGrpc> {
    const socket = connect(port, "127.0.0.1");
    socket.setNoDelay(true);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return new LeanGrpc(socket, events, window);
  }

  private constructor(socket: Socket, events: LeanEvents, window: number) {
    this.#socket = socket;
    this.#events = events;
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("close", () => {
      for (const call of this.#partial.keys()) events.onEnd(call, -1, new Map());
      this.#partial.clear();
    });
    socket.write(
      Buffer.concat([
        preface,
        settingsFrame([[setting.initialWindowSize, window]]),
        numbersFrame(frameType.windowUpdate, 0, maxWindow - 65_535),
      ]),
    );
  }

  /**
   * Begins a call with its one message.
   * @param path `/package.Service/Method`
   * @returns its number
   */
  call(path: string, message: Uint8Array): number {
    const body = Buffer.alloc(prefixBytes + message.length);
    body.writeUInt32BE(message.length, 1);
    body.set(message, prefixBytes);
    return this.send(path, body);
  }

  /**
   * Begins a call with any body, which need not be one message.
   * @param more headers besides those that every call has, or instead of them
   */
  send(path: string, body: Uint8Array, more: Readonly<Record<string, string>> = {}): number {
    const id = this.#next;
    this.#next += 2;
    const head = this.#head(path, more);
    this.#partial.set(id, Buffer.alloc(0));
    const bytes = [frame(frameType.headers, flags.endHeaders, id, head), ...dataFrames(id, body)];
    if (this.#isReading) this.#out.push(...bytes);
    else this.#socket.write(Buffer.concat(bytes));
    return id;
  }

  /** Lets the server send as many bytes more on the stream of a call. */
  grant(call: number, bytes: number): void {
    this.#socket.write(numbersFrame(frameType.windowUpdate, call, bytes));
  }

  close(): void {
    this.#socket.destroy();
  }

  #head(path: string, more: Readonly<Record<string, string>>): Buffer {
    const key = [path, ...Object.entries(more).flat()].join(" ");
    let head = this.#heads.get(key);
    if (head === undefined) {
      const pseudo = [
        [":method", "POST"],
        [":scheme", "http"],
        [":path", path],
        [":authority", "localhost"],
      ] as const;
      const fields = { "content-type": "application/grpc", te: "trailers", ...more };
      head = encodeHeaders([...pseudo, ...Object.entries(fields)]);
      this.#heads.set(key, head);
    }
    return head;
  }

  #read(chunk: Buffer): void {
    this.#input = this.#input.length === 0 ? chunk : Buffer.concat([this.#input, chunk]);
    this.#isReading = true;
    let at = 0;
    while (this.#input.length - at >= 9) {
      const end = at + 9 + this.#input.readUIntBE(at, 3);
      if (end > this.#input.length) break;
      const [type, flagBits] = [this.#input[at + 3]!, this.#input[at + 4]!];
      this.#onFrame(type, flagBits, this.#input.readUInt32BE(at + 5), this.#input.subarray(at + 9, end));
      at = end;
    }
    this.#input = this.#input.subarray(at);
    this.#isReading = false;
    if (this.#out.length > 0) this.#socket.write(Buffer.concat(this.#out));
    this.#out = [];
  }

  #onFrame(type: number, flagBits: number, id: number, body: Buffer): void {
    const isEnd = (flagBits & flags.endStream) !== 0;
    if (type === frameType.settings && flagBits === 0)
      this.#out.push(frame(frameType.settings, flags.ack, 0, body.subarray(0, 0)));
    else if (type === frameType.ping && flagBits === 0) this.#out.push(frame(frameType.ping, flags.ack, 0, body));
    else if (type === frameType.data) {
      this.#onData(id, body);
      // No gRPC: such an answer has no trailers.
      if (isEnd) this.#end(id, -1, new Map());
    } else if (type === frameType.headers) {
      const decoded = this.#decoder.decode(body);
      if (!isEnd) return;
      const trailers = new Map(decoded.ok ? decoded.fields.map(({ name, value }) => [name, value]) : []);
      this.#end(id, Number(trailers.get("grpc-status") ?? -1), trailers);
    } else if (type === frameType.rstStream) this.#end(id, -1, new Map());
  }

  #onData(id: number, body: Buffer): void {
    const before = this.#partial.get(id);
    if (before === undefined) return;
    let bytes = before.length === 0 ? body : Buffer.concat([before, body]);
    while (bytes.length >= prefixBytes && bytes.length >= prefixBytes + bytes.readUInt32BE(1)) {
      const end = prefixBytes + bytes.readUInt32BE(1);
      this.#events.onMessage?.(id, bytes.subarray(prefixBytes, end));
      bytes = bytes.subarray(end);
    }
    this.#partial.set(id, bytes);
    // Windows are as large as they can be; long streams get back what they have used.
    if (this.#received(body.length)) this.#out.push(numbersFrame(frameType.windowUpdate, 0, windowStep));
  }

  #used = 0;
  #received(bytes: number): boolean {
    this.#used += bytes;
    if (this.#used < windowStep) return false;
    this.#used -= windowStep;
    return true;
  }

  #end(id: number, status: number, trailers: ReadonlyMap<string, string>): void {
    if (!this.#partial.delete(id)) return;
    this.#events.onEnd(id, status, trailers);
  }
}

const windowStep = 2 ** 20;
const maxFrameBytes = 16_384;

/** A body in frames; what servers let a stream send without asking must hold it. */
function dataFrames(id: number, body: Uint8Array): Buffer[] {
  const frames: Buffer[] = [];
  let at = 0;
  do {
    const part = body.subarray(at, at + maxFrameBytes);
    at += maxFrameBytes;
    frames.push(frame(frameType.data, at >= body.length ? flags.endStream : 0, id, part));
  } while (at < body.length);
  return frames;
}
