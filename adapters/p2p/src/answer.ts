import type { Connection, Stream } from "@libp2p/interface";
import type { P2pViolation } from "./errors.ts";
import { readFrame, writeFrame } from "./frame.ts";
import { heldAnswers } from "./limits.ts";
import type { P2pLimits, PeerName } from "./types.ts";

/** What answering needs. */
export interface AnswererInit {
  readonly limits: P2pLimits;
  admitted(peer: PeerName): Promise<boolean>;
  takeBytes(peer: PeerName, bytes: number): boolean;
  takeRequest(peer: PeerName): boolean;
  violation(peer: PeerName, reason: P2pViolation): void;
  handle(protocol: string, peer: PeerName, bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array | undefined>;
}

/** Answers requests, each on its own stream, as many at once as the limits allow (kratos-core 12.8). */
export class Answerer {
  readonly #init: AnswererInit;
  readonly #underWay = new Map<PeerName, number>();
  /** Bytes of answers that are not taken yet. */
  readonly #held = new Map<PeerName, number>();
  #heldTotal = 0;
  #total = 0;

  constructor(init: AnswererInit) {
    this.#init = init;
  }

  /** Takes a stream of a peer; to refuse it is closed without a word. @param protocol as the handler knows it */
  async serve(protocol: string, stream: Stream, connection: Connection): Promise<void> {
    const peer = connection.remotePeer.toString();
    const held = this.#underWay.get(peer) ?? 0;
    if (this.#total >= this.#init.limits.streams || held >= this.#init.limits.streamsPerPeer) {
      if (held >= this.#init.limits.streamsPerPeer) this.#init.violation(peer, "REQUEST_FLOOD");
      finish(stream);
      return;
    }
    this.#total += 1;
    this.#underWay.set(peer, held + 1);
    try {
      await this.#answer(protocol, stream, peer);
    } finally {
      this.#total -= 1;
      const left = (this.#underWay.get(peer) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(peer);
      else this.#underWay.set(peer, left);
    }
  }

  async #answer(protocol: string, stream: Stream, peer: PeerName): Promise<void> {
    const { limits } = this.#init;
    const gone = new AbortController();
    stream.addEventListener("close", () => gone.abort(), { once: true });
    const signal = AbortSignal.any([AbortSignal.timeout(limits.requestTimeoutMs), gone.signal]);
    const request = readFrame(stream, limits.requestBytes, signal);
    if (!(await this.#init.admitted(peer))) return finish(stream);
    const bytes = await request;
    if (!(bytes instanceof Uint8Array)) {
      if (bytes === "tooLarge") this.#init.violation(peer, "REQUEST_TOO_LARGE");
      if (bytes === "malformed") this.#init.violation(peer, "REQUEST_MALFORMED");
      if (bytes === "timeout" && !gone.signal.aborted) this.#init.violation(peer, "REQUEST_SLOW");
      stream.abort(new Error(bytes));
      return;
    }
    if (!this.#init.takeRequest(peer) || !this.#init.takeBytes(peer, bytes.length)) return finish(stream);
    // Whoever does not take the answers that it has is not worth the work of another one.
    if (this.#heldBy(peer) + limits.responseBytes > heldAnswers.perPeer * limits.responseBytes) return finish(stream);
    const answer = await this.#handled(protocol, peer, bytes, signal);
    if (answer === undefined || answer.length > limits.responseBytes || !this.#hasRoom(peer, answer.length)) {
      return finish(stream);
    }
    this.#hold(peer, answer.length);
    try {
      if (await writeFrame(stream, answer, signal)) finish(stream);
      else stream.abort(new Error("not taken"));
    } finally {
      this.#hold(peer, -answer.length);
    }
  }

  #hasRoom(peer: PeerName, bytes: number): boolean {
    const { responseBytes } = this.#init.limits;
    const isTooMuch = this.#heldBy(peer) + bytes > heldAnswers.perPeer * responseBytes;
    return !isTooMuch && this.#heldTotal + bytes <= heldAnswers.total * responseBytes;
  }

  #heldBy(peer: PeerName): number {
    return this.#held.get(peer) ?? 0;
  }

  #hold(peer: PeerName, bytes: number): void {
    const held = this.#heldBy(peer) + bytes;
    this.#heldTotal += bytes;
    if (held === 0) this.#held.delete(peer);
    else this.#held.set(peer, held);
  }

  /** A handler that is too slow, or fails, refuses. */
  async #handled(
    protocol: string,
    peer: PeerName,
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    const stopped = new Promise<undefined>((resolve) => {
      signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    const handling = async (): Promise<Uint8Array | undefined> => this.#init.handle(protocol, peer, bytes, signal);
    return Promise.race([handling().catch(() => undefined), stopped]);
  }
}

/** How long an asker may leave its side of a finished stream open. */
const LINGER_MS = 5_000;

/** Ends this side; the stream is gone when the asker has ended its own. */
function finish(stream: Stream): void {
  const timer = setTimeout(() => stream.abort(new Error("lingers")), LINGER_MS);
  timer.unref();
  stream.addEventListener("close", () => clearTimeout(timer), { once: true });
  stream.close().catch((error: Error) => stream.abort(error));
}
