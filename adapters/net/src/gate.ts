import type { Socket } from "node:net";
import type { NetLimits } from "./limits.ts";

/**
 * Counts connections by address before anything is known of the peer, so that strangers cannot use up sockets and
 * handshakes. A connection is pending until its Hello is answered.
 */
export class Gate {
  readonly #limits: NetLimits;
  readonly #byAddress = new Map<string, { open: number; pending: number }>();
  /** End points, `address port`, of those that have not finished. */
  readonly #pending = new Map<string, string>();

  constructor(limits: NetLimits) {
    this.#limits = limits;
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** @returns false when the connection must be dropped at once; else it is counted until it closes. */
  enter(socket: Socket): boolean {
    const address = socket.remoteAddress ?? "";
    const count = this.#byAddress.get(address) ?? { open: 0, pending: 0 };
    const { maxPending, maxPendingPerAddress, maxPerAddress } = this.#limits;
    if (this.#pending.size >= maxPending || count.pending >= maxPendingPerAddress || count.open >= maxPerAddress) {
      return false;
    }
    count.open++;
    count.pending++;
    this.#byAddress.set(address, count);
    const endpoint = `${address} ${socket.remotePort}`;
    this.#pending.set(endpoint, address);
    socket.once("close", () => {
      this.#finish(endpoint);
      if (--count.open === 0) this.#byAddress.delete(address);
    });
    return true;
  }

  /** The Hello was accepted. */
  admitted(socket: Pick<Socket, "remoteAddress" | "remotePort">): void {
    this.#finish(`${socket.remoteAddress ?? ""} ${socket.remotePort}`);
  }

  #finish(endpoint: string): void {
    const address = this.#pending.get(endpoint);
    if (address === undefined) return;
    this.#pending.delete(endpoint);
    const count = this.#byAddress.get(address);
    if (count !== undefined) count.pending--;
  }
}
