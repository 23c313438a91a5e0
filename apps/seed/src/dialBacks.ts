import type { Digest } from "@polis/codec";
import type { PeerRecord, PeerRegistry, SeedFault } from "@polis/kratos";

/** Whether a peer answers at a multiaddress with the peer id that it names. Never rejects. */
export type Probe = (multiaddress: string) => Promise<boolean>;

/** Dial-backs at a time; a heartbeat that would need more is refused. */
const MAX_DIAL_BACKS = 64;
/** Peers that are probed at a time. */
const PARALLEL_PROBES = 16;

/** Dials peers: at addresses that are new before they count, and in turn afterwards (kratos-core 12.4, 12.5). */
export class DialBacks {
  readonly #registry: PeerRegistry;
  readonly #probe: Probe;
  #running = 0;
  #probeFrom = 0;
  #isProbing = false;

  constructor(registry: PeerRegistry, probe: Probe) {
    this.#registry = registry;
    this.#probe = probe;
  }

  /**
   * Dials the addresses that are new; those that the peer has kept are probed in turn anyway.
   * @returns undefined when each answered, or why the heartbeat is refused
   */
  async confirm(peerId: Digest, addresses: readonly string[]): Promise<SeedFault | undefined> {
    const known = this.#registry.get(peerId)?.addresses ?? [];
    const fresh = addresses.filter((address) => !known.includes(address));
    if (fresh.length === 0) return undefined;
    if (this.#running + fresh.length > MAX_DIAL_BACKS) return "Busy";
    this.#running += fresh.length;
    try {
      const answers = await Promise.all(fresh.map((address) => this.#probe(address)));
      return answers.every(Boolean) ? undefined : "AddressNotOwn";
    } finally {
      this.#running -= fresh.length;
    }
  }

  /**
   * Dials the next few peers, so that those who are gone leave the list. One round at a time.
   * @param active peers of whom it is the turn of `count` @param count most peers of a round
   */
  async probeSome(active: readonly PeerRecord[], count: number): Promise<void> {
    if (this.#isProbing) return;
    this.#isProbing = true;
    const start = active.length === 0 ? 0 : this.#probeFrom % active.length;
    const batch = [...active.slice(start), ...active.slice(0, start)].slice(0, count);
    this.#probeFrom = start + batch.length;
    // The workers share one iterator, so that each peer is dialled by one of them.
    const rest = batch.values();
    const work = async () => {
      for (const peer of rest) if (!(await this.#answers(peer))) this.#registry.failedProbe(peer.peerId);
    };
    await Promise.all(Array.from({ length: PARALLEL_PROBES }, work));
    this.#isProbing = false;
  }

  /** Whether a peer answers at one of its addresses. */
  async #answers({ addresses }: PeerRecord): Promise<boolean> {
    for (const address of addresses) if (await this.#probe(address)) return true;
    return false;
  }
}
