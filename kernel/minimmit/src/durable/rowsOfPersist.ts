import { digestToBytes } from "@polis/codec";
import { type Certificate, encodeCertificate } from "@polis/crypto";
import type { Row, Store } from "@polis/ports";
import type { Persist } from "../seam/effects.ts";
import { journalKey, journalValue, metaKeys, notarizationKey, nullificationKey, u64Key } from "./keys.ts";

/** What the mapping needs to know of this node. */
export interface DurableContext {
  /** Number of validators, for the layout of certificates. */
  readonly n: number;
  /** Identity of the journal: network and consensus key, for example genesis hash ‖ public key (R27). */
  readonly identity: Uint8Array;
}

/** Journal rows of an older key or network that one fresh journal clears. */
const maxOldRecords = 100_000;

/**
 * The rows of one `persist` (R25), for a synchronous commit. A persist with `safeView` creates the journal anew: rows of
 * another key or network go, and `meta.journal` says whose it is from now on (R27).
 */
export function rowsOfPersist(persist: Persist, context: DurableContext, store: Store): Row[] {
  const rows: Row[] = [];
  if (persist.safeView !== undefined) {
    for (const [key] of store.range("journal", { limit: maxOldRecords })) {
      rows.push({ table: "journal", key, value: undefined });
    }
    rows.push({ table: "meta", key: metaKeys.journal, value: context.identity });
    rows.push({ table: "meta", key: metaKeys.safeView, value: u64Key(persist.safeView) });
  }
  for (const record of persist.records) {
    const key = journalKey(record.epoch, record.view, record.kind);
    rows.push({ table: "journal", key, value: journalValue(record) });
  }
  for (const certificate of persist.proofs) rows.push(certificateRow(certificate, context.n));
  for (const { digest, block } of persist.blocks) {
    rows.push({ table: "blocks", key: digestToBytes(digest), value: block });
  }
  return rows;
}

/** Where a certificate is kept (kairos 6.2). */
export function certificateRow(certificate: Certificate, n: number): Row {
  const value = encodeCertificate(certificate, n);
  const { kind, view, digest } = certificate;
  if (kind === "nullification") return { table: "nullifications", key: nullificationKey(view), value };
  return { table: "notarizations", key: notarizationKey(view, digest!, kind), value };
}
