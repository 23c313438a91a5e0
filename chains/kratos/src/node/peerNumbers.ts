import type { FinalityPeer } from "@polis/finality";
import type { PeerName } from "../wire/link.ts";

/** The numbers by which the gadget knows peers; 0 is nobody. */
export class PeerNumbers {
  readonly #numbers = new Map<PeerName, FinalityPeer>();
  readonly #names = new Map<FinalityPeer, PeerName>();
  #last = 0;

  /** The number of a peer that is connected, a new one when it has none. */
  of(peer: PeerName | undefined): FinalityPeer {
    if (peer === undefined) return 0;
    const known = this.#numbers.get(peer);
    if (known !== undefined) return known;
    this.#last++;
    this.#numbers.set(peer, this.#last);
    this.#names.set(this.#last, peer);
    return this.#last;
  }

  /** Undefined for nobody, and for a peer that has left. */
  nameOf(number: FinalityPeer): PeerName | undefined {
    return this.#names.get(number);
  }

  forget(peer: PeerName): void {
    const number = this.#numbers.get(peer);
    if (number !== undefined) this.#names.delete(number);
    this.#numbers.delete(peer);
  }
}
