import { decodeRlp, digestOf, equalBytes, readU64Number, readU256 } from "@polis/codec";
import type { Row, Store } from "@polis/ports";
import { readHeader } from "../block/header.ts";
import { blockInfo } from "../block/inspectBlock.ts";
import type { GenesisBlock } from "../genesis/genesisBlock.ts";
import { GenesisError } from "../genesis/genesisError.ts";
import { digestKey, heightKey, metaKey, schemaVersion } from "../tables.ts";
import type { ParentBlock } from "./executedBlock.ts";
import { supplyValue } from "./finalizedRows.ts";

/** The rows of a new chain database: the state and block of height 0 (R26: applied exactly once). */
export function genesisRows(genesis: GenesisBlock): readonly Row[] {
  const key = heightKey(genesis.info.height);
  const hash = digestKey(genesis.digest);
  const headerRow = new Uint8Array(32 + genesis.headerBytes.length);
  headerRow.set(hash);
  headerRow.set(genesis.headerBytes, 32);
  const tip = new Uint8Array(40);
  tip.set(key);
  tip.set(hash, 8);
  return [
    ...genesis.state.rows,
    { table: "blocks", key: hash, value: genesis.block },
    { table: "headers", key, value: headerRow },
    { table: "height_by_hash", key: hash, value: key },
    { table: "receipts", key, value: Uint8Array.of(0xc0) },
    { table: "meta", key: metaKey.schema, value: Uint8Array.of(schemaVersion) },
    { table: "meta", key: metaKey.genesis, value: hash },
    { table: "meta", key: metaKey.tip, value: tip },
    { table: "meta", key: metaKey.supply, value: supplyValue(genesis.state.supply) },
  ];
}

/**
 * The last finalized block of a database, or undefined when it is empty. Throws a GenesisError when it belongs to
 * another network or a newer schema (S7), and an Error when its rows contradict each other.
 */
export function loadFinal(store: Store, genesis: GenesisBlock): ParentBlock | undefined {
  const held = store.get("meta", metaKey.genesis);
  if (held === undefined) return undefined;
  if (!equalBytes(held, digestKey(genesis.digest))) {
    throw new GenesisError([`the database belongs to the network 0x${held.toHex()}, not to 0x${genesis.digest}`]);
  }
  const schema = store.get("meta", metaKey.schema)?.[0];
  if (schema !== schemaVersion) {
    throw new GenesisError([`the database has schema ${schema}, this program reads ${schemaVersion}`]);
  }
  const tip = store.get("meta", metaKey.tip);
  const supply = store.get("meta", metaKey.supply);
  if (tip?.length !== 40 || supply?.length !== 64) throw new Error("the database has a genesis and no tip");
  const row = store.get("headers", tip.subarray(0, 8));
  const item =
    row === undefined ? undefined : decodeRlp(row.subarray(32), { maxBytes: 4096, maxItems: 30, maxDepth: 1 });
  const header = item?.ok ? readHeader(item.value) : undefined;
  if (!header?.ok || header.value.number !== readU64Number(tip, 0)) throw new Error("the header of the tip is damaged");
  const digest = digestOf(tip.subarray(8));
  return {
    header: header.value,
    info: blockInfo({ header: header.value, digest, prevSeed: undefined }),
    supply: { minted: readU256(supply, 0), burned: readU256(supply, 32) },
  };
}
