import { type Digest, type Kce, kceBytes, kceDigest, kceList, kceRecord, kceU32, kceU64 } from "@polis/codec";
import { type Justification, kceJustification } from "@polis/finality";
import { type Header, kceHeader } from "../block/header.ts";
import { type Handoff, kceHandoff } from "./handoff.ts";

/** What a peer offers (kratos-core 12.12). Its handoffs follow in answers of their own, because they can be many. */
export interface Snapshot {
  readonly header: Header;
  readonly justification: Justification;
  readonly totalChunks: number;
  readonly totalEntries: bigint;
}

/** An entry of the state as it is. */
export interface SnapshotEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** A consecutive part of the state, in the order of the tree, with what proves it. */
export interface SnapshotChunk {
  readonly index: number;
  readonly entries: readonly SnapshotEntry[];
  /** Siblings of the paths to the first and to the last entry, from the root downwards. */
  readonly first: readonly Digest[];
  readonly last: readonly Digest[];
}

/** Bytes of keys and values in a chunk: with its borders it stays below 1 MiB, unless one entry alone is larger. */
export const CHUNK_BYTES = 1_000_000;

/** A snapshot's header on the wire. */
export const kceSnapshot: Kce<Snapshot> = kceRecord({
  header: kceHeader,
  justification: kceJustification,
  totalChunks: kceU32,
  totalEntries: kceU64,
});

/** Handoffs on the wire, oldest first. */
export const kceHandoffs: Kce<{ readonly handoffs: readonly Handoff[] }> = kceRecord({
  handoffs: kceList(kceHandoff, 1_000),
});

/** A chunk on the wire. */
export const kceChunk: Kce<SnapshotChunk> = kceRecord({
  index: kceU32,
  entries: kceList(kceRecord({ key: kceBytes(256), value: kceBytes(1 << 22) }), 100_000),
  first: kceList(kceDigest, 256),
  last: kceList(kceDigest, 256),
});
