import type { Socket } from "node:net";
import type { NetLimits } from "./limits.ts";

interface Entry {
  readonly address: string;
  pending: boolean;
  counted: boolean;
}

/**
 * Counts connections by address before anything is known of the peer, so that strangers cannot use up sockets and
 * handshakes. A connection is pending until its Hello is answered.
 */
export class Gate {
  readonly #limits: NetLimits;
  readonly #byAddress = new Map<string, { open: number; pending: number }>();
  /** The newest connection of each end point, `address port`. */
  readonly #entries = new Map<string, Entry>();
  #pending = 0;

  constructor(limits: NetLimits) {
    this.#limits = limits;
  }

  /** @returns false when the connection must be dropped at once; else it is counted until it closes. */
  enter(socket: Socket): boolean {
    // A connection that was reset before it was taken has no address any more.
    if (socket.remoteAddress === undefined) return false;
    const address = hostOf(socket.remoteAddress);
    const count = this.#byAddress.get(address) ?? { open: 0, pending: 0 };
    const { maxPending, maxPendingPerAddress, maxPerAddress } = this.#limits;
    if (this.#pending >= maxPending || count.pending >= maxPendingPerAddress || count.open >= maxPerAddress)
      return false;
    count.open++;
    count.pending++;
    this.#pending++;
    this.#byAddress.set(address, count);
    const endpoint = endpointOf(socket);
    const entry = { address, pending: true, counted: true };
    this.#entries.set(endpoint, entry);
    socket.once("close", () => {
      this.#release(entry, true);
      // A peer may come again from the same port before the end of its last connection has been told.
      if (this.#entries.get(endpoint) === entry) this.#entries.delete(endpoint);
    });
    return true;
  }

  /** The Hello was accepted; a validator's connection no longer counts for its address. */
  admitted(socket: Pick<Socket, "remoteAddress" | "remotePort">, isValidator: boolean): void {
    const entry = this.#entries.get(endpointOf(socket));
    if (entry !== undefined) this.#release(entry, isValidator);
  }

  #release(entry: Entry, uncount: boolean): void {
    const count = this.#byAddress.get(entry.address);
    if (count === undefined) return;
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

/** One host owns all addresses of its IPv6 network of 64 bits, so these count as one. */
function hostOf(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  const [head = "", tail] = address.split("::");
  const first = head.split(":").filter((word) => word !== "");
  const last = (tail ?? "").split(":").filter((word) => word !== "");
  const zeros = new Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0");
  return [...first, ...zeros, ...last].slice(0, 4).join(":");
}
