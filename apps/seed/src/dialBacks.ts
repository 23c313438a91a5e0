import type { Digest } from "@polis/codec";
import type { PeerRecord, PeerRegistry, SeedFault } from "@polis/kratos";

/** Whether a peer answers at a multiaddress with the peer id that it names. Never rejects. */
export type Probe = (multiaddress: string) => Promise<boolean>;

/** Dial-backs at a time; a heartbeat that would need more is refused. */
const MAX_DIAL_BACKS = 64;
/** Of them for heartbeats of one source: two of eight new addresses, so that nobody alone keeps newcomers out. */
const MAX_OF_SOURCE = 16;
/** Peers that are probed at a time. */
const PARALLEL_PROBES = 16;

/** Dials peers: at addresses that are new before they count, and in turn afterwards (kratos-core 12.4, 12.5). */
export class DialBacks {
  readonly #registry: PeerRegistry;
  readonly #probe: Probe;
  readonly #running = new Map<string, number>();
  #probeFrom = 0;
  #isProbing = false;

  constructor(registry: PeerRegistry, probe: Probe) {
    this.#registry = registry;
    this.#probe = probe;
  }

  /**
   * Dials the addresses that are new; those that the peer has kept are probed in turn anyway.
   * @param source of the heartbeat, as `ipSource` gives it
   * @returns undefined when each answered, or why the heartbeat is refused
   */
  async confirm(peerId: Digest, addresses: readonly string[], source: string): Promise<SeedFault | undefined> {
    const known = this.#registry.get(peerId)?.addresses ?? [];
    const fresh = addresses.filter((address) => !known.includes(address));
    if (fresh.length === 0) return undefined;
    const all = [...this.#running.values()].reduce((sum, count) => sum + count, fresh.length);
    const own = (this.#running.get(source) ?? 0) + fresh.length;
    if (all > MAX_DIAL_BACKS || own > MAX_OF_SOURCE) return "Busy";
    this.#running.set(source, own);
    try {
      const answers = await Promise.all(fresh.map((address) => this.#probe(address)));
      return answers.every(Boolean) ? undefined : "AddressNotOwn";
    } finally {
      const left = (this.#running.get(source) ?? 0) - fresh.length;
      if (left <= 0) this.#running.delete(source);
      else this.#running.set(source, left);
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
