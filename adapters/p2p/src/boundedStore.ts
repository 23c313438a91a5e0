import { NotFoundError } from "@libp2p/interface";
import type { Libp2pOptions } from "libp2p";

type Datastore = NonNullable<Libp2pOptions["datastore"]>;
type Key = Parameters<Datastore["get"]>[0];
type Query = Parameters<Datastore["query"]>[0];
type KeyQuery = Parameters<Datastore["queryKeys"]>[0];
interface Pair {
  key: Key;
  value: Uint8Array;
}

/** Entries and bytes kept; the oldest entry goes first. An entry is a peer: its addresses and protocols. */
const MAX_ENTRIES = 4_096;
const MAX_BYTES = 16 * 1_048_576;
/** Records that strangers may ask the routing table to keep; this network has none. */
const REFUSED = "/dht/";

/**
 * The memory that libp2p keeps what it knows of peers in, bounded by count and by bytes. Nothing of it survives the
 * process: peers are found anew.
 */
export function boundedStore(): Datastore {
  const pairs = new Map<string, Pair>();
  let bytes = 0;
  const remove = (name: string): void => {
    bytes -= pairs.get(name)?.value.length ?? 0;
    pairs.delete(name);
  };
  const set = (key: Key, value: Uint8Array): Key => {
    const name = key.toString();
    remove(name);
    if (name.startsWith(REFUSED) || value.length > MAX_BYTES) return key;
    pairs.set(name, { key, value });
    bytes += value.length;
    while (pairs.size > MAX_ENTRIES || bytes > MAX_BYTES) remove(pairs.keys().next().value!);
    return key;
  };
  const get = (key: Key): Uint8Array => {
    const pair = pairs.get(key.toString());
    if (pair === undefined) throw new NotFoundError();
    return pair.value;
  };
  return {
    put: set,
    get,
    has: (key) => pairs.has(key.toString()),
    delete: (key) => remove(key.toString()),
    async *putMany(source) {
      for await (const { key, value } of source) yield set(key, value);
    },
    async *getMany(source) {
      for await (const key of source) yield { key, value: get(key) };
    },
    async *deleteMany(source) {
      for await (const key of source) {
        remove(key.toString());
        yield key;
      }
    },
    batch() {
      const steps: (() => void)[] = [];
      return {
        put: (key, value) => void steps.push(() => set(key, value)),
        delete: (key) => void steps.push(() => remove(key.toString())),
        commit: () => {
          for (const step of steps) step();
        },
      };
    },
    *query(query: Query) {
      yield* select(pairs.values(), query);
    },
    *queryKeys({ prefix, filters = [], orders = [], offset, limit }: KeyQuery) {
      const keys = [...select(pairs.values(), prefix === undefined ? {} : { prefix })].map(({ key }) => key);
      const kept = keys.filter((key) => filters.every((filter) => filter(key)));
      for (const order of orders) kept.sort(order);
      yield* kept.slice(offset ?? 0, (offset ?? 0) + (limit ?? kept.length));
    },
  };
}

function select(pairs: Iterable<Pair>, { prefix, filters = [], orders = [], offset, limit }: Query): Pair[] {
  const kept = [...pairs].filter(
    (pair) => (prefix === undefined || pair.key.toString().startsWith(prefix)) && filters.every((keep) => keep(pair)),
  );
  for (const order of orders) kept.sort(order);
  return kept.slice(offset ?? 0, (offset ?? 0) + (limit ?? kept.length));
}
