import { type Digest, digestToBytes, type Epoch, equalBytes, type Result, type View } from "@polis/codec";
import { type Certificate, type CertificateShape, decodeCertificate } from "@polis/crypto";
import type { BlockInfo, Store } from "@polis/ports";
import { ConfigError } from "../errors.ts";
import type { JournalRecord } from "../seam/effects.ts";
import type { Restored } from "../seam/setup.ts";
import { journalFrom, metaKeys, notarizationKey, readJournalRow, readPlace, readU64Value, u64Key } from "./keys.ts";

/** What `restore` must know beside the store. */
export interface RestoreOptions {
  readonly epoch: Epoch;
  readonly genesis: BlockInfo;
  readonly shape: CertificateShape;
  readonly inspect: (block: Uint8Array) => Result<BlockInfo>;
  /** As in DurableContext; undefined for a follower, which has no journal. */
  readonly identity: Uint8Array | undefined;
  /** The key is known never to have signed in this network, or its operator accepts the risk (R27). */
  readonly fresh: boolean;
}

/** Rows of one kind read at start; far above what an unfinalized stretch of views can hold. */
const maxRows = 100_000;

/**
 * R26: reads what a replica starts from. A journal that is absent or belongs to another key or network is lost (R27),
 * whatever the chain holds, unless the caller says that the key is fresh. Damaged rows of proofs and bodies are left out,
 * because they can be fetched again; a damaged journal row or last finalized block is a ConfigError.
 */
export function restore(store: Store, options: RestoreOptions): Restored {
  const lastFinalized = readLastFinalized(store, options);
  const { view, digest } = lastFinalized;
  const journal = journalState(store, options);
  const records = journal === "held" && options.identity !== undefined ? readRecords(store, options.epoch) : [];
  const safeView = readU64Value(store.get("meta", metaKeys.safeView)) as View | undefined;
  const stored = store.get("notarizations", notarizationKey(view, digest, "finalization"));
  return {
    journal,
    records,
    safeView: journal === "held" ? safeView : undefined,
    lastFinalized,
    finalization: stored === undefined ? undefined : decode(stored, options.shape),
    proofs: readProofs(store, view, options.shape),
    blocks: readBodies(store, records, view),
  };
}

function journalState(store: Store, { identity, fresh }: RestoreOptions): Restored["journal"] {
  if (identity === undefined) return "held";
  const owner = store.get("meta", metaKeys.journal);
  if (owner !== undefined && equalBytes(owner, identity)) return "held";
  return fresh ? "fresh" : "lost";
}

function readLastFinalized(store: Store, { genesis, inspect }: RestoreOptions): Restored["lastFinalized"] {
  const value = store.get("meta", metaKeys.lastFinalized);
  if (value === undefined) {
    return { height: genesis.height, view: genesis.view, digest: genesis.digest, info: genesis };
  }
  const place = readPlace(value);
  const block = place && store.get("blocks", digestToBytes(place.digest));
  const info = block && inspect(block);
  if (place === undefined || info === undefined || !info.ok || info.value.digest !== place.digest) {
    throw corrupt("the last finalized block cannot be read");
  }
  return { ...place, info: info.value };
}

function readRecords(store: Store, epoch: Epoch): JournalRecord[] {
  const records: JournalRecord[] = [];
  const options = { from: journalFrom(epoch, 0), to: journalFrom((epoch + 1) as Epoch, 0), limit: maxRows };
  for (const [key, value] of store.range("journal", options)) {
    const record = readJournalRow(key, value);
    // A vote that cannot be read could be contradicted, so the replica must not start (T1).
    if (record === undefined) throw corrupt("a journal record is damaged");
    records.push(record);
  }
  return records;
}

function readProofs(store: Store, from: View, shape: CertificateShape): Certificate[] {
  const proofs: Certificate[] = [];
  for (const table of ["notarizations", "nullifications"]) {
    for (const [, value] of store.range(table, { from: u64Key(from), limit: maxRows })) {
      const certificate = decode(value, shape);
      if (certificate !== undefined) proofs.push(certificate);
    }
  }
  return proofs;
}

/** Bodies that this replica has voted for above the last finalized view. */
function readBodies(store: Store, records: readonly JournalRecord[], above: View): Restored["blocks"] {
  const blocks: { digest: Digest; block: Uint8Array }[] = [];
  for (const { kind, view, digest } of records) {
    if (kind !== "notarize" || view <= above || digest === undefined) continue;
    const block = store.get("blocks", digestToBytes(digest));
    if (block !== undefined) blocks.push({ digest, block });
  }
  return blocks;
}

function decode(bytes: Uint8Array, shape: CertificateShape): Certificate | undefined {
  const decoded = decodeCertificate(bytes, shape);
  return decoded.ok ? decoded.value : undefined;
}

function corrupt(what: string): ConfigError {
  return new ConfigError(
    "STORE_CORRUPT",
    what,
    "restore a backup, or start with an empty data directory (R27 applies)",
  );
}
