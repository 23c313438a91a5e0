import {
  type Address,
  type Digest,
  decodeRlp,
  decodeRlpList,
  digestOf,
  type Height,
  height,
  readU32,
  readU64Number,
} from "@polis/codec";
import type { Mempool } from "@polis/mempool";
import type { Store } from "@polis/ports";
import { decodeBlock } from "../block/envelope.ts";
import { readHeader } from "../block/header.ts";
import { nextBaseFee } from "../fees/nextBaseFee.ts";
import { decodeReceipt } from "../receipt/decodeReceipt.ts";
import type { Receipt } from "../receipt/encodeReceipt.ts";
import { digestKey, heightKey } from "../tables.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import { addressPlaces } from "./addressPlaces.ts";
import { type ChainCore, parentOf } from "./chainCore.ts";
import { forkAtHeight, proofsAtHeight, stateAtHeight } from "./earlierState.ts";
import { readKeptBlocks } from "./keptBlocks.ts";
import { heightsWithLogs } from "./logIndex.ts";
import type { KairosReader, StoredHeader } from "./types.ts";

/** Reads rows of finalized blocks and the states in memory; never scans (S6). Damaged rows throw (S5). */
export function createReader(core: ChainCore, store: Store, pool: Mempool, tip: () => Digest): KairosReader {
  const heightOf = (digest: Digest): Height | undefined => {
    const row = store.get("height_by_hash", digestKey(digest));
    return row === undefined ? undefined : height(readU64Number(row, 0)!);
  };
  const lowestHeight = () => readKeptBlocks(store).lowest;
  const headerByHeight = (at: Height) => readStoredHeader(store.get("headers", heightKey(at)));
  const blockByDigest = (digest: Digest) => core.executed.get(digest)?.block ?? store.get("blocks", digestKey(digest));
  // Clients ask for the receipts of one block one by one; the rows of a height never change.
  const receipts = remembering((at: Height) => {
    const row = store.get("receipts", heightKey(at));
    return row === undefined ? undefined : readReceipts(row);
  });
  const envelopes = remembering((digest: Digest) => readEnvelopes(core, blockByDigest(digest)));
  const resolve = (envelope: Uint8Array) => resolveStored(core, envelope);
  const transactions = remembering((digest: Digest) => envelopes(digest)?.map(resolve));
  return {
    params: core.params,
    genesisDigest: core.genesisDigest,
    head: () => ({ digest: core.final.info.digest, header: core.final.header }),
    tip: () => ({ digest: tip(), header: parentOf(core, tip())!.header }),
    lowestHeight,
    headerByHeight,
    heightOf,
    blockByDigest,
    blockByHeight(at) {
      const found = headerByHeight(at);
      return found === undefined ? undefined : blockByDigest(found.digest);
    },
    transactionsOf: (digest) => core.executed.get(digest)?.transactions ?? transactions(digest),
    transactionAt(digest, index) {
      const executed = core.executed.get(digest);
      if (executed !== undefined) return executed.transactions[index];
      const envelope = envelopes(digest)?.[index];
      return envelope === undefined ? undefined : resolve(envelope);
    },
    receiptsByHeight: receipts,
    transactionLocation(hash) {
      const row = store.get("tx_index", digestKey(hash));
      return row === undefined ? undefined : { height: height(readU64Number(row, 0)!), index: readU32(row, 8) };
    },
    pooled: (hash) => pool.get(hash)?.decoded as VerifiedTransaction | undefined,
    account: (address: Address, at = "final") =>
      core.states.at(at === "final" ? core.final.info.digest : tip())?.account(address),
    stateAt(digest) {
      const at = core.states.at(digest) === undefined ? heightOf(digest) : undefined;
      return at === undefined ? core.states.at(digest) : stateAtHeight(core, at);
    },
    stateAtHeight: (at) => stateAtHeight(core, at),
    nextNonce: (address) => pool.nextNonce(address),
    nextBaseFee() {
      const { header } = core.final;
      return nextBaseFee(header.baseFeePerGas, header.extra.smoothedGas, core.params.fees);
    },
    supply: () => core.final.supply,
    pooledTransactions: () => pool.all(),
    addressPlaces: (account, below, limit) => addressPlaces(store, account, lowestHeight(), below, limit),
    heightsWithLogs: (from, to, criteria) =>
      heightsWithLogs(store, from, height(Math.min(to, core.final.header.number)), criteria),
    forkAt(digest) {
      if (core.states.at(digest) !== undefined) return core.states.fork(digest);
      const at = heightOf(digest);
      return at === undefined ? undefined : forkAtHeight(core, at);
    },
    proofsAt(digest) {
      const { states } = core;
      if (states.at(digest) === undefined) {
        const at = heightOf(digest);
        return at === undefined ? undefined : proofsAtHeight(core, at);
      }
      return {
        account: (address) => states.proveAccount(digest, address)!,
        storage: (address, slot) => states.proveStorage(digest, address, slot)!,
      };
    },
  };
}

/** Blocks whose decoded receipts and transactions are kept. */
const maxRemembered = 8;

/** Remembers the last few answers; an absent one is asked for again. */
function remembering<K, V>(read: (key: K) => V | undefined): (key: K) => V | undefined {
  const held = new Map<K, V>();
  return (key) => {
    const known = held.get(key);
    if (known !== undefined) return known;
    const value = read(key);
    if (value === undefined) return undefined;
    if (held.size >= maxRemembered) held.delete(held.keys().next().value!);
    held.set(key, value);
    return value;
  };
}

function readStoredHeader(row: Uint8Array | undefined): StoredHeader | undefined {
  if (row === undefined) return undefined;
  const item = decodeRlp(row.subarray(32), { maxBytes: 4096, maxItems: 30, maxDepth: 1 });
  const header = item.ok ? readHeader(item.value) : item;
  if (!header.ok) throw new Error(`a header row is damaged: ${header.fault.code}`);
  return { digest: digestOf(row.subarray(0, 32)), header: header.value };
}

function readReceipts(row: Uint8Array): readonly Receipt[] {
  const list = decodeRlpList(row, { maxBytes: row.length, maxItems: 1_000_001, maxDepth: 1 });
  if (!list.ok) throw new Error(`a receipts row is damaged: ${list.fault.code}`);
  return list.value.map((item) => {
    const receipt = item instanceof Uint8Array ? decodeReceipt(item) : undefined;
    if (!receipt?.ok) throw new Error("a receipt is damaged");
    return receipt.value;
  });
}

function readEnvelopes(core: ChainCore, block: Uint8Array | undefined): readonly Uint8Array[] | undefined {
  if (block === undefined) return undefined;
  const decoded = decodeBlock(block, core.params);
  return decoded.ok ? decoded.value.transactions : undefined;
}

function resolveStored(core: ChainCore, envelope: Uint8Array): VerifiedTransaction {
  const verified = core.verified.resolve(envelope);
  if (!verified.ok) throw new Error(`a stored transaction is damaged: ${verified.fault.code}`);
  return verified.value;
}
