import { type Epoch, fault, ok, Reader, type Result, type ValidatorIndex, type View, Writer } from "@polis/codec";
import type { Row, Store } from "@polis/ports";
import { maxEvidence } from "../params.ts";
import type { Evidence } from "../seam/effects.ts";
import { metaKeys, readU64Value, u64Key } from "./keys.ts";

const kinds: readonly Evidence["kind"][] = ["proposal", "notarize"];

/** e u64 ‖ kind u8 ‖ v u64 ‖ signer u16 (kairos 6.2). */
export function evidenceKey({ epoch, kind, view, signer }: Evidence): Uint8Array {
  return new Writer(19)
    .u64(epoch)
    .u8(kinds.indexOf(kind) + 1)
    .u64(view)
    .u16(signer)
    .finish();
}

/** kind u8 ‖ epoch u64 ‖ view u64 ‖ signer u16 ‖ four byte strings, each with its length u16. */
export function encodeEvidence(evidence: Evidence): Uint8Array {
  const parts = [evidence.payloadA, evidence.sigA, evidence.payloadB, evidence.sigB];
  const size = parts.reduce((sum, part) => sum + 2 + part.length, 19);
  const writer = new Writer(size)
    .u8(kinds.indexOf(evidence.kind) + 1)
    .u64(evidence.epoch)
    .u64(evidence.view);
  writer.u16(evidence.signer);
  for (const part of parts) writer.u16(part.length).bytes(part);
  return writer.finish();
}

/** Reads stored evidence; payloads have at most 256 bytes and signatures at most 288. */
export function decodeEvidence(bytes: Uint8Array): Result<Evidence> {
  const r = new Reader(bytes);
  const kind = kinds[r.u8() - 1];
  const epoch = r.u64() as Epoch;
  const view = r.u64() as View;
  const signer = r.u16() as ValidatorIndex;
  const payloadA = r.bytes16(256).slice();
  const sigA = r.bytes16(288).slice();
  const payloadB = r.bytes16(256).slice();
  const sigB = r.bytes16(288).slice();
  const done = r.finish(true);
  if (!done.ok) return done;
  if (kind === undefined) return fault("EVIDENCE_KIND");
  return ok({ kind, epoch, view, signer, payloadA, sigA, payloadB, sigB });
}

/** R30: stored once by (epoch, kind, view, signer), at most 10,000; the lowest views of a kind go first. */
export function rowsOfEvidence(evidence: Evidence, store: Store): Row[] {
  const key = evidenceKey(evidence);
  if (store.get("evidence", key) !== undefined) return [];
  const rows: Row[] = [{ table: "evidence", key, value: encodeEvidence(evidence) }];
  const count = readU64Value(store.get("meta", metaKeys.evidence)) ?? 0;
  if (count < maxEvidence) {
    rows.push({ table: "meta", key: metaKeys.evidence, value: u64Key(count + 1) });
    return rows;
  }
  for (const [oldest] of store.range("evidence", { limit: 1 })) {
    rows.push({ table: "evidence", key: oldest, value: undefined });
  }
  return rows;
}
