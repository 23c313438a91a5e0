import type { PeerName } from "./types.ts";

/** How long a peer may take to say which protocols it speaks. */
export const ADMISSION_MS = 15_000;

interface Waiting {
  readonly sinceMs: number;
  readonly result: Promise<boolean>;
  readonly settle: (admitted: boolean) => void;
  admitted: boolean | undefined;
}

/**
 * Who of the connected peers belongs to this network: a peer is admitted when it says that it speaks the network's own
 * protocol, and nothing of it is read before.
 */
export class Admission {
  readonly #peers = new Map<PeerName, Waiting>();

  /** A connection of a peer is up. */
  open(peer: PeerName, nowMs: number): void {
    if (this.#peers.has(peer)) return;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#peers.set(peer, { sinceMs: nowMs, result: promise, settle: resolve, admitted: undefined });
  }

  /** What a peer said. @returns whether this was news */
  decide(peer: PeerName, admitted: boolean): boolean {
    const waiting = this.#peers.get(peer);
    if (waiting === undefined || waiting.admitted !== undefined) return false;
    waiting.admitted = admitted;
    waiting.settle(admitted);
    return true;
  }

  /** The last connection of a peer is gone. @returns whether it had been admitted, and since when it was connected */
  close(peer: PeerName): { admitted: boolean; sinceMs: number } | undefined {
    const waiting = this.#peers.get(peer);
    if (waiting === undefined) return undefined;
    this.#peers.delete(peer);
    waiting.settle(false);
    return { admitted: waiting.admitted === true, sinceMs: waiting.sinceMs };
  }

  /** Whether a peer is admitted, when that is known; false when it leaves before. */
  async wait(peer: PeerName): Promise<boolean> {
    return (await this.#peers.get(peer)?.result) ?? false;
  }

  has(peer: PeerName): boolean {
    return this.#peers.get(peer)?.admitted === true;
  }

  admitted(): PeerName[] {
    return [...this.#peers].filter(([, { admitted }]) => admitted === true).map(([peer]) => peer);
  }

  /** Since when a peer is connected, monotonic milliseconds; infinity for one that is not. */
  sinceMs(peer: PeerName): number {
    return this.#peers.get(peer)?.sinceMs ?? Number.POSITIVE_INFINITY;
  }

  /** Peers that have not said in time which protocols they speak. */
  late(nowMs: number): PeerName[] {
    return [...this.#peers]
      .filter(([, { admitted, sinceMs }]) => admitted === undefined && nowMs - sinceMs > ADMISSION_MS)
      .map(([peer]) => peer);
  }
}
