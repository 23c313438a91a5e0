import type { Socket } from "node:net";
import type { NetLimits } from "./limits.ts";

/**
 * Counts connections by address before anything is known of the peer, so that strangers cannot use up sockets and
 * handshakes. A connection is pending until its Hello is answered.
 */
export class Gate {
  readonly #limits: NetLimits;
  readonly #byAddress = new Map<string, { open: number; pending: number }>();
  /** By end point, `address port`. */
  readonly #entries = new Map<string, { readonly address: string; pending: boolean; counted: boolean }>();
  #pending = 0;

  constructor(limits: NetLimits) {
    this.#limits = limits;
  }

  /** @returns false when the connection must be dropped at once; else it is counted until it closes. */
  enter(socket: Socket): boolean {
    const address = socket.remoteAddress ?? "";
    const count = this.#byAddress.get(address) ?? { open: 0, pending: 0 };
    const { maxPending, maxPendingPerAddress, maxPerAddress } = this.#limits;
    if (this.#pending >= maxPending || count.pending >= maxPendingPerAddress || count.open >= maxPerAddress)
      return false;
    count.open++;
    count.pending++;
    this.#pending++;
    this.#byAddress.set(address, count);
    const endpoint = endpointOf(socket);
    this.#entries.set(endpoint, { address, pending: true, counted: true });
    socket.once("close", () => {
      this.#release(endpoint, true);
      this.#entries.delete(endpoint);
    });
    return true;
  }

  /** The Hello was accepted; a validator's connection no longer counts for its address. */
  admitted(socket: Pick<Socket, "remoteAddress" | "remotePort">, isValidator: boolean): void {
    this.#release(endpointOf(socket), isValidator);
  }

  #release(endpoint: string, uncount: boolean): void {
    const entry = this.#entries.get(endpoint);
    const count = entry === undefined ? undefined : this.#byAddress.get(entry.address);
    if (entry === undefined || count === undefined) return;
    if (entry.pending) {
      entry.pending = false;
      count.pending--;
      this.#pending--;
    }
    if (uncount && entry.counted) {
      entry.counted = false;
      count.open--;
    }
    if (count.open === 0 && count.pending === 0) this.#byAddress.delete(entry.address);
  }
}

function endpointOf({ remoteAddress, remotePort }: Pick<Socket, "remoteAddress" | "remotePort">): string {
  return `${remoteAddress ?? ""} ${remotePort}`;
}
