import type { Digest } from "@polis/codec";
import type { PeerName } from "../wire/link.ts";

/** As many as the buffer of the chain holds (kratos-core 12.11). */
const MAX_SENDERS = 1_000;

/** Who sent the blocks that wait for a parent, so that a bad one is charged when it can be tried. The oldest are forgotten. */
export class Senders {
  readonly #senders = new Map<Digest, PeerName>();

  add(hash: Digest, peer: PeerName): void {
    if (this.#senders.has(hash)) return;
    const [oldest] = this.#senders.keys();
    if (this.#senders.size >= MAX_SENDERS && oldest !== undefined) this.#senders.delete(oldest);
    this.#senders.set(hash, peer);
  }

  take(hash: Digest): PeerName | undefined {
    const peer = this.#senders.get(hash);
    this.#senders.delete(hash);
    return peer;
  }
}
