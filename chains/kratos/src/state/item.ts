import { asciiBytes, concatBytes, type Digest, type Kce } from "@polis/codec";

/** One entry of the consensus state (kratos-core 3.4): where it is, how it is encoded, what it reads as when it is missing. */
export interface Item<V> {
  /** Unique among all entries; the order of names is the order of entries. */
  readonly name: string;
  /** The entry key that the state root commits to. */
  readonly key: Uint8Array;
  readonly codec: Kce<NonNullable<V>>;
  /** Decoding refuses more: an entry is bounded. */
  readonly maxBytes: number;
  readonly missing: V;
}

/** Entries of one kind, one for each account: `account:` + AccountId. */
export interface Table<V> {
  readonly prefix: string;
  of(account: Digest): Item<V>;
}

/** What a family of entries is made of. */
export interface ItemShape<V> {
  readonly codec: Kce<NonNullable<V>>;
  readonly maxBytes: number;
  /** Undefined for entries that may be absent. */
  readonly missing: V;
}

/**
 * Declares an entry that exists once.
 * @param name the text key of kratos-core 3.4, such as `economics`
 */
export function defineItem<V>(name: string, shape: ItemShape<V>): Item<V> {
  return { ...shape, name, key: asciiBytes(name) };
}

/** Items of a family that are kept, so that the busy ones are not made again for every read. */
const REMEMBERED_ITEMS = 10_000;

/**
 * Declares a family of entries by account (or another identifier of 32 bytes).
 * @param prefix the text prefix of kratos-core 3.4, colon included
 * @example const accounts = defineTable("account:", { codec: kceAccount, maxBytes: 80, missing: emptyAccount });
 */
export function defineTable<V>(prefix: string, shape: ItemShape<V>): Table<V> {
  const text = asciiBytes(prefix);
  const made = new Map<Digest, Item<V>>();
  return {
    prefix,
    of(account) {
      const known = made.get(account);
      if (known !== undefined) return known;
      const item = { ...shape, name: prefix + account, key: concatBytes(text, Uint8Array.fromHex(account)) };
      if (made.size >= REMEMBERED_ITEMS) made.clear();
      made.set(account, item);
      return item;
    },
  };
}
