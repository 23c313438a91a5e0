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
  const schema = read(SCHEMA_KEY);
  const genesis = read(GENESIS_KEY);
  if (schema === undefined && genesis === undefined) return identityRows(expected);
  if (schema === undefined || genesis === undefined || schema.length !== 4) {
    throw new StorageError("STORAGE_CORRUPT", "the table meta is incomplete");
  }
  const found = Buffer.from(genesis).toString("latin1");
  if (found !== expected.identity) {
    throw new StorageError("WRONG_NETWORK", `the store has genesis ${found}, this node has ${expected.identity}`);
  }
  const version = Buffer.from(schema).readUInt32BE();
  if (version > expected.schema) {
    throw new StorageError("SCHEMA_NEWER", `the store has schema ${version}, this release knows ${expected.schema}`);
  }
  if (version < expected.schema) {
    throw new StorageError("SCHEMA_OLDER", `the store has schema ${version}, this release needs ${expected.schema}`);
  }
  return [];
}

function identityRows(expected: StoreIdentity): readonly Row[] {
  const schema = Buffer.alloc(4);
  schema.writeUInt32BE(expected.schema);
  return [
    { table: META_TABLE, key: SCHEMA_KEY, value: schema },
    { table: META_TABLE, key: GENESIS_KEY, value: Buffer.from(expected.identity, "latin1") },
  ];
}
