import type { Digest, Height, View } from "@polis/codec";
import { type Certificate, encodeCertificate } from "@polis/crypto";
import type { Archive, BlockInfo } from "@polis/ports";
import type { Finalize, JournalRecord, Persist } from "../seam/effects.ts";
import type { Restored } from "../seam/setup.ts";
import { inspectMockBlock } from "./mockBlock.ts";

/** What a node of a test network has on disk, as objects: the model that the real mapping in `durable/` is compared with. */
export class MockDisk implements Archive {
  records: JournalRecord[] = [];
  proofs: Certificate[] = [];
  readonly open = new Map<Digest, Uint8Array>();
  readonly chain: { digest: Digest; block: Uint8Array }[] = [];
  readonly certificates: Certificate[] = [];
  safeView: View | undefined;
  lastFinalized: Restored["lastFinalized"];
  finalization: Certificate | undefined;
  readonly #heights = new Map<Digest, number>();

  constructor(genesis: BlockInfo) {
    const { digest } = genesis;
    this.lastFinalized = { height: 0 as Height, view: 0 as View, digest, info: genesis };
    this.#heights.set(digest, 0);
    this.chain.push({ digest, block: new Uint8Array(0) });
  }

  persist(effect: Persist): void {
    this.records.push(...effect.records);
    this.proofs.push(...effect.proofs);
    for (const { digest, block } of effect.blocks) this.open.set(digest, block);
    if (effect.safeView !== undefined) this.safeView = effect.safeView;
  }

  finalize(effect: Finalize, bytesOf: (digest: Digest) => Uint8Array): void {
    for (const { digest, height, view } of effect.blocks) {
      if (height !== this.chain.length) throw new Error(`finalized height ${height} after ${this.chain.length - 1}`);
      const block = bytesOf(digest);
      this.chain.push({ digest, block });
      this.#heights.set(digest, height);
      const inspected = inspectMockBlock(block);
      if (!inspected.ok) throw new Error("a finalized block does not decode");
      this.lastFinalized = { height, view, digest, info: inspected.value };
    }
    this.finalization = effect.certificate;
    this.certificates.push(effect.certificate);
    this.records = this.records.filter((record) => record.view >= effect.pruneBelow);
    this.proofs = this.proofs.filter((proof) => proof.view >= effect.pruneBelow);
  }

  restore(journal: Restored["journal"]): Restored {
    const blocks = [...this.open].map(([digest, block]) => ({ digest, block }));
    const { records, safeView, lastFinalized, finalization, proofs } = this;
    return { journal, records, safeView, lastFinalized, finalization, proofs, blocks };
  }

  heightOf(digest: Digest): number | undefined {
    return this.#heights.get(digest);
  }

  blockByDigest(digest: Digest): Uint8Array | undefined {
    const height = this.#heights.get(digest);
    return height === undefined || height === 0 ? undefined : this.chain[height]!.block;
  }

  blockByHeight(height: Height): Uint8Array | undefined {
    return height === 0 ? undefined : this.chain[height]?.block;
  }

  finalizationAt(height: Height): Uint8Array | undefined {
    const certificate = this.certificates.find((each) => this.#heights.get(each.digest!)! >= height);
    return certificate && encodeCertificate(certificate, certificate.bitmap.length * 8);
  }
}
