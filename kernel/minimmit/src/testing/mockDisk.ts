import { type Digest, digestToBytes, type Epoch, type Height } from "@polis/codec";
import type { VoteScheme } from "@polis/crypto";
import type { Archive, Row } from "@polis/ports";
import { certificateShape } from "../certificateShape.ts";
import { createArchive } from "../durable/archive.ts";
import { u64Key } from "../durable/keys.ts";
import { restore } from "../durable/restore.ts";
import { rowsOfFinalize } from "../durable/rowsOfFinalize.ts";
import { rowsOfPersist } from "../durable/rowsOfPersist.ts";
import type { Finalize, Persist } from "../seam/effects.ts";
import type { Restored } from "../seam/setup.ts";
import { MemoryStore } from "./memoryStore.ts";
import { inspectMockBlock, mockGenesis } from "./mockBlock.ts";

const epoch = 0 as Epoch;

/** The disk of one node of a test network: the real mapping of `durable/` on a store in memory. */
export class MockDisk {
  readonly store = new MemoryStore();
  readonly archive: Archive = createArchive(this.store);
  readonly #scheme: VoteScheme;
  readonly #identity: Uint8Array | undefined;
  readonly #heights = new Map<Digest, number>([[mockGenesis().digest, 0]]);

  constructor(scheme: VoteScheme, index: number | undefined) {
    this.#scheme = scheme;
    this.#identity = index === undefined ? undefined : Uint8Array.of(index);
  }

  persist(effect: Persist): void {
    this.store.commit(rowsOfPersist(effect, this.#context(), this.store));
  }

  finalize(effect: Finalize, bytesOf: (digest: Digest) => Uint8Array): void {
    const rows: Row[] = rowsOfFinalize(effect, this.#context(), this.store, epoch);
    for (const { digest, height } of effect.blocks) {
      if (height !== this.#heights.size) throw new Error(`finalized height ${height} after ${this.#heights.size - 1}`);
      this.#heights.set(digest, height);
      rows.push({ table: "blocks", key: digestToBytes(digest), value: bytesOf(digest) });
      rows.push({ table: "headers", key: u64Key(height), value: digestToBytes(digest) });
    }
    this.store.commit(rows);
  }

  /** @param fresh the key is known never to have signed */
  restore(fresh: boolean): Restored {
    const shape = certificateShape(this.#scheme, "hash");
    const genesis = mockGenesis();
    return restore(this.store, { epoch, genesis, shape, inspect: inspectMockBlock, identity: this.#identity, fresh });
  }

  heightOf(digest: Digest): Height | undefined {
    return this.#heights.get(digest) as Height | undefined;
  }

  #context() {
    return { n: this.#scheme.n, identity: this.#identity ?? new Uint8Array(0) };
  }
}
