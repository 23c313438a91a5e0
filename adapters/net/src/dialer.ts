import type { TLSSocket } from "node:tls";
import type { Channel } from "./frameTypes.ts";
import type { NetLimits } from "./limits.ts";
import type { Address } from "./types.ts";

export interface DialerOptions {
  readonly channel: Channel;
  readonly limits: NetLimits;
  readonly random: () => number;
  address: Address | undefined;
  /** @returns true while a connection with the peer exists on this channel, whoever dialled it. */
  isConnected(): boolean;
  /** @returns true while the peer is banned: nothing is dialled, and asked again after the back-off. */
  isBanned(): boolean;
  dial(address: Address): TLSSocket;
  /** The handshake is done. @returns false when the key or the channel is not the expected one. */
  onSecure(socket: TLSSocket): boolean;
}

/** Keeps dialling one peer on one channel, forever, with back-off and jitter (kairos N2). */
export class Dialer {
  readonly #options: DialerOptions;
  #attempt = 0;
  #timer: NodeJS.Timeout | undefined;
  #socket: TLSSocket | undefined;
  #closed = false;

  constructor(options: DialerOptions) {
    this.#options = options;
  }

  get channel(): Channel {
    return this.#options.channel;
  }

  /** Dials a new address at once. */
  setAddress(address: Address): void {
    this.#options.address = address;
    this.#attempt = 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.start();
  }

  /** Dials now, unless there is a connection or an attempt. */
  start(): void {
    const { address } = this.#options;
    if (this.#closed || address === undefined || this.#socket !== undefined || this.#timer !== undefined) return;
    if (this.#options.isConnected()) return;
    if (this.#options.isBanned()) {
      this.retry();
      return;
    }
    const socket = this.#options.dial(address);
    this.#socket = socket;
    const ended = () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.retry();
    };
    socket.on("error", () => undefined);
    socket.once("close", ended);
    const { handshakeTimeoutMs } = this.#options.limits;
    const late = setTimeout(() => socket.destroy(), handshakeTimeoutMs);
    socket.once("close", () => clearTimeout(late));
    socket.once("secureConnect", () => {
      clearTimeout(late);
      if (!this.#options.onSecure(socket)) socket.destroy();
    });
  }

  /** Leaves the back-off and dials. @returns false when there is a connection or an attempt already, or no address. */
  dialNow(): boolean {
    const { address, isConnected, isBanned } = this.#options;
    if (this.#closed || address === undefined || this.#socket !== undefined || isConnected() || isBanned())
      return false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#attempt = 0;
    this.start();
    return true;
  }

  /** A link is up: the next failure starts again with the shortest wait. */
  succeeded(): void {
    this.#attempt = 0;
  }

  /** Dials again after the back-off: 250 ms × 2^attempt up to 10 s, ±20 %. */
  retry(): void {
    if (this.#closed || this.#timer !== undefined || this.#socket !== undefined) return;
    const { limits, random } = this.#options;
    const wait = backoffMs(this.#attempt++, limits.backoffFirstMs, limits.backoffMaxMs, random());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.start();
    }, wait);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
  }
}

/**
 * Back-off with ±20 % jitter (kairos N2).
 * @param random in [0, 1).
 * @example backoffMs(0, 250, 10_000, 0.5) // 250
 */
export function backoffMs(attempt: number, firstMs: number, maxMs: number, random: number): number {
  return Math.round(Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30)) * (0.8 + 0.4 * random));
}
