import { type Digest, digestOf, type Slot, writeU64 } from "@polis/codec";
import type { Row } from "@polis/ports";
import type { ChainTree } from "../chain/chainTree.ts";
import type { AccountId } from "../identifiers.ts";
import type { Rows } from "./options.ts";
import { producerTables } from "./tables.ts";

/** Slots of this process that are kept in memory; older ones are on disk. */
const MAX_KEPT = 1_024;
/** Slots after which a record is deleted: far behind every head that a node could build on. */
const KEPT_SLOTS = 100_000;

/** For which slots this node signed a header, also before a restart (kratos-core 3.8, I14). */
export class SignedSlots {
  readonly #rows: Rows;
  readonly #signed = new Map<Slot, Digest>();

  /**
   * Own blocks that the chain's store holds count too: they may have been durable before their record was.
   * @param author undefined for a node that signs nothing
   */
  constructor(rows: Rows, tree: ChainTree, author: AccountId | undefined) {
    this.#rows = rows;
    if (author === undefined) return;
    for (const { header, hash } of tree.nodes()) if (header.author === author) this.#signed.set(header.slot, hash);
  }

  /** The hash of the header that was signed for a slot. */
  get(slot: Slot): Digest | undefined {
    const known = this.#signed.get(slot);
    if (known !== undefined) return known;
    const bytes = this.#rows.get(producerTables.slots, slotKey(slot));
    return bytes && digestOf(bytes);
  }

  /** Remembers a slot. @returns rows that must be durable before the header leaves @throws Error for a slot that is signed */
  sign(slot: Slot, hash: Digest): readonly Row[] {
    if (this.get(slot) !== undefined) throw new Error(`a second header for slot ${slot}`);
    if (this.#signed.size >= MAX_KEPT) this.#signed.delete(this.#signed.keys().next().value!);
    this.#signed.set(slot, hash);
    return [{ table: producerTables.slots, key: slotKey(slot), value: Uint8Array.fromHex(hash) }, ...this.#old(slot)];
  }

  /** At most a few at a time, so that a block never waits for a long deletion. */
  #old(slot: Slot): readonly Row[] {
    if (slot <= KEPT_SLOTS) return [];
    const old = this.#rows.range(producerTables.slots, { to: slotKey((slot - KEPT_SLOTS) as Slot), limit: 8 });
    return [...old].map(([key]) => ({ table: producerTables.slots, key, value: undefined }));
  }
}

function slotKey(slot: Slot): Uint8Array {
  const key = new Uint8Array(8);
  writeU64(key, 0, slot);
  return key;
}
