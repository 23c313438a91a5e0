import type { TLSSocket } from "node:tls";
import type { Clock } from "@polis/ports";
import type { NetFault, NetFaultCode } from "./errors.ts";
import { FRAME_HEADER_BYTES, type Frame } from "./frame.ts";
import { FrameReader } from "./frameReader.ts";
import { type Channel, type FrameRule, TYPE_BUSY, TYPE_HELLO, TYPE_PING, TYPE_PONG } from "./frameTypes.ts";
import { decodeGoodbye, encodeGoodbye } from "./goodbye.ts";
import { decodeHello, encodeHello, type Hello } from "./hello.ts";
import type { NetLimits } from "./limits.ts";
import { PingMeter } from "./ping.ts";
import { SendQueue } from "./sendQueue.ts";

/** What a connection asks of the network it belongs to. */
export interface ConnectionOwner {
  readonly clock: Clock;
  readonly limits: NetLimits;
  readonly rules: ReadonlyMap<number, FrameRule>;
  /** @returns 0: deliver, above 0: wait so many milliseconds before reading on, "drop": leave the frame out. */
  admit(connection: Connection, rule: FrameRule, frameBytes: number): number | "drop";
  /** @returns the fault to state when the Hello is refused. */
  onHello(connection: Connection, hello: Hello): NetFault | undefined;
  /** @returns false to stop reading until `resume`. */
  onFrame(connection: Connection, type: number, body: Uint8Array): boolean;
  /** A frame has come and is in sequence, or was taken for sending. */
  onTraffic(direction: "in" | "out", type: number, bodyBytes: number): void;
  /** A ping was answered. */
  onRtt(connection: Connection, rttMs: number): void;
  onDrop(connection: Connection, reason: "queue" | "skew" | "budget", type: number): void;
  /** @returns true when another connection of the same peer and channel is up. */
  isReplaced(connection: Connection): boolean;
  onClose(connection: Connection, fault: NetFault): void;
}

/** A frame in sequence, before its budget has been asked. */
interface Held {
  readonly frame: Frame;
  readonly rule: FrameRule;
  /** Sent at another time than ours: it is paid for like any other, and left out. */
  readonly isSkewed: boolean;
}

/** How long a stated reason may take to leave before the socket is destroyed. */
const GOODBYE_MS = 1_000;

/**
 * One authenticated TLS connection: frames in order (kairos N5), Hello first (N4), pings, back-pressure (N10). It ends
 * at the first fault, with the reason stated to the peer.
 */
export class Connection {
  readonly peerId: string;
  readonly channel: Channel;
  /** True when this side dialled. */
  readonly dialled: boolean;
  readonly remote: { readonly remoteAddress: string | undefined; readonly remotePort: number | undefined };
  /** Monotonic time of the start. */
  readonly startedAt: number;
  /** Monotonic time of the accepted Hello. */
  upAt: number | undefined;
  hello: Hello | undefined;
  /** The peer has retired this connection, and we still wait for the one that replaces it. */
  isLeaving = false;
  readonly #socket: TLSSocket;
  readonly #owner: ConnectionOwner;
  readonly #reader: FrameReader;
  readonly #queue: SendQueue;
  readonly #ping = new PingMeter();
  readonly #timer: NodeJS.Timeout;
  #budgetTimer: NodeJS.Timeout | undefined;
  #held: Held | undefined;
  #seq = 0;
  #lastFrameAt: number;
  #partialSince: number | undefined;
  #paused = false;
  #flushQueued = false;
  #ending = false;
  #retired = false;
  #closed = false;

  constructor(socket: TLSSocket, owner: ConnectionOwner, peerId: string, channel: Channel, dialled: boolean) {
    this.#socket = socket;
    this.#owner = owner;
    this.peerId = peerId;
    this.channel = channel;
    this.dialled = dialled;
    this.remote = { remoteAddress: socket.remoteAddress, remotePort: socket.remotePort };
    this.#reader = new FrameReader(owner.rules, channel);
    this.startedAt = this.#lastFrameAt = owner.clock.monotonicMs();
    this.#queue = new SendQueue({
      maxBytes: owner.limits.maxQueueBytes,
      maxFrames: owner.limits.maxQueueFrames,
      write: (bytes) => socket.write(bytes),
      wallMs: () => owner.clock.wallMs(),
      onDrop: (type) => owner.onDrop(this, "queue", type),
    });
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("drain", () => this.#queue.resume());
    socket.on("error", (error) => this.#end({ code: "SOCKET_ERROR", verdict: "ignore", detail: error.message }));
    socket.on("close", () => this.#end({ code: "SOCKET_ERROR", verdict: "ignore", detail: "closed by the peer" }));
    this.#timer = setInterval(() => this.#tick(), owner.limits.pingIntervalMs);
  }

  /** Last round-trip time in milliseconds. */
  get rttMs(): number | undefined {
    return this.#ping.rttMs;
  }

  /** Bytes handed to the socket so far, frame headers included. */
  get sentBytes(): number {
    return this.#socket.bytesWritten;
  }

  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  /** The fullest state of the send queue since the last call, 0 to 1. */
  takeQueuePeak(): number {
    return this.#queue.takePeakBytes() / this.#owner.limits.maxQueueBytes;
  }

  get isOpen(): boolean {
    return !this.#closed && !this.#ending;
  }

  /** Says Hello; must be the first frame. */
  sayHello(hello: Hello): void {
    this.send(TYPE_HELLO, encodeHello(hello));
  }

  /** Queues a frame; all frames of one tick leave in one write. @returns false when it was not taken. */
  send(type: number, body: Uint8Array, view?: number): boolean {
    if (!this.isOpen || !this.#queue.add(type, body, view)) return false;
    this.#owner.onTraffic("out", type, body.length);
    if (!this.#flushQueued) {
      this.#flushQueued = true;
      queueMicrotask(() => {
        this.#flushQueued = false;
        if (!this.#closed) this.#queue.flush();
      });
    }
    return true;
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#drain();
  }

  /** States the reason to the peer and ends the connection. */
  close(fault: NetFault): void {
    if (!this.isOpen) {
      this.#retired = false;
      return;
    }
    this.send(TYPE_BUSY, encodeGoodbye(fault.code));
    this.#finish();
    this.#end(fault);
  }

  /**
   * Ends a connection that another one has replaced: nothing more is sent, but what the peer had already sent on it is
   * still delivered, until the peer ends its side.
   */
  retire(): void {
    if (!this.isOpen) return;
    this.#retired = true;
    this.close({ code: "LINK_DUPLICATE", verdict: "ignore" });
  }

  /** Ends the connection at once, without a word. */
  destroy(): void {
    this.#end({ code: "LINK_CLOSING", verdict: "ignore" });
    this.#socket.destroy();
  }

  #fail(code: NetFaultCode, verdict: NetFault["verdict"] = "punish"): void {
    this.close({ code, verdict });
  }

  #end(fault: NetFault): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#budgetTimer);
    if (!this.#ending) this.#socket.destroy();
    this.#owner.onClose(this, fault);
  }

  /** Lets what is queued leave, then closes the socket. */
  #finish(): void {
    this.#queue.flush();
    this.#ending = true;
    // Closing both ways at once would refuse what the peer has sent and we have not read.
    if (!this.#retired) this.#socket.end();
    setTimeout(() => this.#socket.destroy(), GOODBYE_MS).unref();
  }

  get #isReceiving(): boolean {
    return this.isOpen || this.#retired;
  }

  #receive(chunk: Buffer): void {
    if (!this.#isReceiving) return;
    this.#reader.push(chunk);
    this.#drain();
  }

  /** Delivers what has arrived, until the consumer or a budget says stop. */
  #drain(): void {
    while (this.#isReceiving && !this.#paused && this.#budgetTimer === undefined) {
      const held = this.#held ?? this.#nextFrame();
      if (held === undefined) break;
      this.#held = undefined;
      const wait = this.#owner.admit(this, held.rule, FRAME_HEADER_BYTES + held.frame.body.length);
      if (wait === "drop") this.#owner.onDrop(this, "budget", held.frame.type);
      else if (wait > 0) this.#waitForBudget(held, wait);
      else if (held.isSkewed) this.#owner.onDrop(this, "skew", held.frame.type);
      else this.#deliver(held.frame);
    }
    if (!this.#isReceiving) return;
    if (this.#paused || this.#budgetTimer !== undefined) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #waitForBudget(held: Held, waitMs: number): void {
    this.#held = held;
    this.#budgetTimer = setTimeout(() => {
      this.#budgetTimer = undefined;
      this.#drain();
    }, waitMs);
  }

  /** The next frame in sequence and time (kairos N5). */
  #nextFrame(): Held | undefined {
    const next = this.#reader.next(this.hello !== undefined);
    const now = this.#owner.clock.monotonicMs();
    if (next === undefined) {
      this.#partialSince = this.#reader.buffered > 0 ? (this.#partialSince ?? now) : undefined;
      return undefined;
    }
    this.#partialSince = undefined;
    if (!next.ok) {
      this.close(next.fault);
      return undefined;
    }
    const frame = next.value;
    if (frame.seq !== ++this.#seq) {
      this.#fail("FRAME_SEQUENCE");
      return undefined;
    }
    this.#lastFrameAt = now;
    this.#owner.onTraffic("in", frame.type, frame.body.length);
    const skew = Math.abs(frame.sentAtMs - this.#owner.clock.wallMs());
    const isSkewed = !(skew <= this.#owner.limits.maxClockSkewMs);
    return { frame, rule: this.#owner.rules.get(frame.type) as FrameRule, isSkewed };
  }

  #deliver({ type, body }: Frame): void {
    if (this.hello === undefined) this.#greet(type, body);
    else if (type === TYPE_HELLO) this.#fail("HELLO_REPEATED");
    else if (type === TYPE_PING) this.send(TYPE_PONG, body);
    else if (type === TYPE_PONG) {
      const before = this.#ping.rttMs;
      if (!this.#ping.pong(body, this.#owner.clock.monotonicMs())) this.#fail("PING_MALFORMED");
      else if (this.#ping.rttMs !== undefined && this.#ping.rttMs !== before) this.#owner.onRtt(this, this.#ping.rttMs);
    } else if (type === TYPE_BUSY && decodeGoodbye(body) !== undefined) this.#leave(body);
    else if (!this.#owner.onFrame(this, type, body)) this.pause();
  }

  #greet(type: number, body: Uint8Array): void {
    if (type === TYPE_BUSY) {
      this.#leave(body);
      return;
    }
    const hello = decodeHello(body);
    if (!hello.ok) {
      this.close(hello.fault);
      return;
    }
    this.hello = hello.value;
    const refusal = this.#owner.onHello(this, hello.value);
    if (refusal !== undefined) this.close(refusal);
  }

  /** The peer has said why it closes. */
  #leave(body: Uint8Array): void {
    const detail = decodeGoodbye(body) ?? "no reason";
    // The peer reads on until we close our side: this connection serves until the Hello of the other one has come.
    if (detail === "LINK_DUPLICATE" && !this.#owner.isReplaced(this)) this.isLeaving = true;
    else if (detail === "LINK_DUPLICATE") this.leave();
    else this.#end({ code: "LINK_CLOSING", verdict: "ignore", detail });
  }

  /** Ends a connection that the peer has retired, once what is queued has left. */
  leave(): void {
    if (!this.isOpen) return;
    this.#finish();
    this.#end({ code: "LINK_CLOSING", verdict: "ignore", detail: "LINK_DUPLICATE" });
  }

  #tick(): void {
    const now = this.#owner.clock.monotonicMs();
    const { limits } = this.#owner;
    if (this.hello === undefined) {
      if (now - this.startedAt >= limits.handshakeTimeoutMs) this.#fail("HELLO_TIMEOUT");
      return;
    }
    // While reading is paused nothing can arrive, so silence says nothing about the peer.
    const isReading = !this.#paused && this.#budgetTimer === undefined;
    if (!isReading) {
      this.#lastFrameAt = now;
      if (this.#partialSince !== undefined) this.#partialSince = now;
    }
    if (isReading && this.#partialSince !== undefined && now - this.#partialSince >= limits.frameTimeoutMs) {
      this.#fail("FRAME_SLOW");
    } else if (now - this.#lastFrameAt >= limits.idleTimeoutMs) this.#fail("PEER_SILENT", "ignore");
    else this.send(TYPE_PING, this.#ping.ping(now));
  }
}
