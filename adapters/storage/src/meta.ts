import type { Row } from "@polis/ports";
import { StorageError } from "./errors.ts";

/** The table of names and values about the store itself (kairos 6.2). */
export const META_TABLE = "meta";
const SCHEMA_KEY = Buffer.from("schema");
const GENESIS_KEY = Buffer.from("genesis");

/** What a store is: the version of its layout and the network it belongs to. */
export interface StoreIdentity {
  readonly schema: number;
  /** Genesis hash, lower-case hex. */
  readonly identity: string;
}

/**
 * Compares the stored identity with the expected one (kairos S7).
 * @returns the rows that initialize an empty store, or none.
 * @throws StorageError SCHEMA_NEWER, SCHEMA_OLDER, WRONG_NETWORK; STORAGE_CORRUPT when only half of it is there.
 */
export function checkIdentity(
  read: (key: Uint8Array) => Uint8Array | undefined,
  expected: StoreIdentity,
): readonly Row[] {
  const found = readMeta(read);
  if (found === undefined) return identityRows(expected);
  const { identity, schema: version } = found;
  if (identity !== expected.identity) {
    throw new StorageError("WRONG_NETWORK", `the store has genesis ${identity}, this node has ${expected.identity}`);
  }
  if (version > expected.schema) {
    throw new StorageError("SCHEMA_NEWER", `the store has schema ${version}, this release knows ${expected.schema}`);
  }
  if (version < expected.schema) {
    throw new StorageError("SCHEMA_OLDER", `the store has schema ${version}, this release needs ${expected.schema}`);
  }
  return [];
}

/**
 * The stored identity.
 * @returns undefined for an empty store
 * @throws StorageError STORAGE_CORRUPT when only half of it is there.
 */
export function readMeta(read: (key: Uint8Array) => Uint8Array | undefined): StoreIdentity | undefined {
  const schema = read(SCHEMA_KEY);
  const genesis = read(GENESIS_KEY);
  if (schema === undefined && genesis === undefined) return undefined;
  if (schema === undefined || genesis === undefined || schema.length !== 4) {
    throw new StorageError("STORAGE_CORRUPT", "the table meta is incomplete");
  }
  return { schema: Buffer.from(schema).readUInt32BE(), identity: Buffer.from(genesis).toString("latin1") };
}

function identityRows(expected: StoreIdentity): readonly Row[] {
  const schema = Buffer.alloc(4);
  schema.writeUInt32BE(expected.schema);
  return [
    { table: META_TABLE, key: SCHEMA_KEY, value: schema },
    { table: META_TABLE, key: GENESIS_KEY, value: Buffer.from(expected.identity, "latin1") },
  ];
}
