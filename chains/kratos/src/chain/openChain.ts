import { asciiBytes, type Digest, digestOf, encodeKce } from "@polis/codec";
import type { Row, Store } from "@polis/ports";
import { emptySparse, type LoadSparse, stored } from "@polis/state";
import { kceBlock } from "../block/block.ts";
import type { Genesis } from "../genesis/buildGenesis.ts";
import { type GenesisRecord, kceGenesis } from "../genesis/genesisRecord.ts";
import type { TransactionCodec } from "../transaction/transaction.ts";
import { attach, type ChainNode, changeTree, type UnfinalNode } from "./chainNode.ts";
import { entryRows, FINAL_KEY, indexRows, positionRow } from "./finalRows.ts";
import { FinalEntries } from "./layer.ts";
import { kceOutcome, kceRef, kceUnfinal, readStored } from "./records.ts";
import { releaseDeep } from "./releaseDeep.ts";
import { chainTables, numberKey } from "./tables.ts";
import { treeRows } from "./treeRows.ts";
import type { ChainTreeOptions } from "./types.ts";

/** A chain as it was opened. */
export interface OpenedChain {
  readonly root: ChainNode;
  readonly nodes: Map<Digest, ChainNode>;
  readonly entries: FinalEntries;
  readonly written: Promise<void>;
}

/** A person's mistake: the store is not of this chain. */
export class ChainStoreError extends Error {
  readonly code = "CHAIN_STORE_OTHER_GENESIS";
  readonly hint = "use the data directory of this chain, or an empty one";
}

/** Row of the genesis record in the table `chain`: with it a node needs no file to start again (kratos-core 12.10). */
const GENESIS_KEY = asciiBytes("genesis");

/** Rows that are read at a time. */
const PAGE = 256;

/** Reads a chain from its store, or begins it there with its genesis, in one commit. @throws ChainStoreError */
export function openChain({ store, genesis, codec }: ChainTreeOptions): OpenedChain {
  const position = store.get(chainTables.chain, FINAL_KEY);
  const entries = new FinalEntries(store);
  if (position === undefined) {
    const root = genesisNode(genesis, entries);
    const written = store.commit(genesisRows(root, genesis, codec));
    return { root, nodes: new Map([[root.hash, root]]), entries, written };
  }
  const first = store.get(chainTables.numbers, numberKey(genesis.header.number));
  if (first === undefined || digestOf(first) !== genesis.hash) {
    throw new ChainStoreError(`the store holds another chain than that of genesis ${genesis.hash}`);
  }
  const { hash, number } = readStored(kceRef, position, "position");
  const { header } = readBlock(store, codec, hash);
  const outcome = readStored(kceOutcome, store.get(chainTables.outcomes, numberKey(number))!, "outcome");
  const root: ChainNode = {
    ...{ hash, header, parent: undefined, children: [], entries, tree: stored(header.stateRoot), outcome },
    ...{ transactions: [], touches: [] },
  };
  const nodes = new Map([[hash, root]]);
  for (const node of readUnfinal(store, codec, nodes)) {
    nodes.set(node.hash, node);
    releaseDeep(store, node);
  }
  return { root, nodes, entries, written: Promise.resolve() };
}

function genesisNode({ hash, header, tree }: Genesis, entries: FinalEntries): ChainNode {
  return {
    ...{ hash, header, parent: undefined, children: [], entries, tree },
    ...{ outcome: { receipts: [], events: [] }, transactions: [], touches: [] },
  };
}

/** The record that the chain of a store began with; undefined for a store without a chain. @throws Error when it is damaged */
export function readGenesisRecord(store: Store): GenesisRecord | undefined {
  const bytes = store.get(chainTables.chain, GENESIS_KEY);
  return bytes && readStored(kceGenesis, bytes, "genesis record");
}

function genesisRows(root: ChainNode, genesis: Genesis, codec: TransactionCodec): Row[] {
  const nothing: LoadSparse = () => {
    throw new Error("nothing is stored before genesis");
  };
  return [
    ...genesis.state.changes().flatMap(({ key, value }) => entryRows(key, value)),
    ...treeRows(emptySparse, genesis.tree, nothing),
    ...indexRows(root),
    ...originRows(genesis, codec),
    positionRow(root),
  ];
}

/** What every store of a chain holds, wherever its state begins: the record and the block of genesis. */
export function originRows({ record, header, hash }: Genesis, codec: TransactionCodec): Row[] {
  const block = encodeKce(kceBlock(codec), { header, transactions: [] });
  const key = Uint8Array.fromHex(hash);
  return [
    { table: chainTables.blocks, key, value: block },
    { table: chainTables.numbers, key: numberKey(header.number), value: key },
    { table: chainTables.chain, key: GENESIS_KEY, value: encodeKce(kceGenesis, record) },
  ];
}

/** Blocks that are not final, parents first: the order of numbers. */
function* readUnfinal(
  store: Store,
  codec: TransactionCodec,
  nodes: ReadonlyMap<Digest, ChainNode>,
): Generator<UnfinalNode> {
  const load: LoadSparse = (hash) => store.get(chainTables.tree, Uint8Array.fromHex(hash))!;
  let from: Uint8Array = new Uint8Array(1);
  for (;;) {
    const page = [...store.range(chainTables.unfinal, { from, limit: PAGE })];
    for (const [key, value] of page) {
      const block = readBlock(store, codec, digestOf(key.subarray(8)));
      const parent = nodes.get(block.header.parentHash);
      if (parent === undefined) throw new Error(`the stored block ${key.subarray(8).toHex()} has no parent`);
      const { changes, outcome } = readStored(kceUnfinal, value, "changes of a block");
      const tree = changeTree(parent.tree, changes, load);
      if (tree.hash !== block.header.stateRoot) throw new Error(`the stored state of block ${key.toHex()} is damaged`);
      const node = attach(codec, parent, { block, tree, outcome, changes });
      parent.children.push(node);
      yield node;
    }
    if (page.length < PAGE) return;
    from = new Uint8Array([...page.at(-1)![0], 0]);
  }
}

function readBlock(store: Store, codec: TransactionCodec, hash: Digest) {
  const bytes = store.get(chainTables.blocks, Uint8Array.fromHex(hash));
  if (bytes === undefined) throw new Error(`the block ${hash} is not stored`);
  return readStored(kceBlock(codec), bytes, "block");
}
