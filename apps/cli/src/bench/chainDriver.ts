import { millis, validatorIndex, view } from "@polis/codec";
import type { KairosLedger } from "@polis/kairos";
import type { BlockInfo, BuiltBlock } from "@polis/ports";

/** Builds block after block on one ledger, as if its validators took turns and every view brought a block. */
export class ChainDriver {
  readonly #ledger: KairosLedger;
  readonly #n: number;
  #parent: BlockInfo;
  #view: number;

  constructor(ledger: KairosLedger, n: number) {
    this.#ledger = ledger;
    this.#n = n;
    this.#parent = ledger.lastFinalized;
    this.#view = this.#parent.view;
  }

  /** The leader of the last block built. */
  get leader() {
    return validatorIndex(this.#view % this.#n);
  }

  /** Builds on the last block that was kept; the next one does so on the same parent unless `keep` is called. */
  build(): BuiltBlock {
    this.#view++;
    return this.#ledger.build({
      view: view(this.#view),
      leader: this.leader,
      parentDigest: this.#parent.digest,
      parentView: this.#parent.view,
      timeMs: millis(this.#parent.timeMs + 1000),
      prevSeed: undefined,
    });
  }

  /** The next block is built on this one. */
  keep({ info }: BuiltBlock): void {
    this.#parent = info;
  }
}
