import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, digest, epoch, height, validatorIndex, view } from "@polis/codec";
import type { Certificate, CertificateKind } from "@polis/crypto";
import type { ApiEvent, StoredHeader } from "@polis/kairos";
import { ChainEvents } from "./chainEvents.ts";

const hash = (byte: string): Digest => digest(byte.repeat(32));

function certificate(kind: CertificateKind, at: number, of: Digest | undefined): Certificate {
  return {
    kind,
    scheme: "multisig",
    epoch: epoch(0),
    view: view(at),
    digest: of,
    bitmap: Uint8Array.of(1),
    signature: new Uint8Array(96),
    seed: undefined,
  };
}

function listen() {
  const tip = { digest: hash("aa"), header: { number: 7 } } as unknown as StoredHeader;
  const source = new ChainEvents({
    reader: { tip: () => tip, head: () => tip },
    validators: 6,
    epoch: 3,
    wallMs: () => 1_234,
  });
  const seen: ApiEvent[] = [];
  source.events.subscribe((event) => seen.push(event));
  const observe = (kind: CertificateKind, at: number, of: Digest | undefined) =>
    source.onObservation({ what: "certificate", certificate: certificate(kind, at, of), own: false });
  return { source, seen, observe };
}

test("certificates become events with view, time and bytes", () => {
  const { seen, observe } = listen();
  observe("notarization", 4, hash("aa"));
  observe("nullification", 5, undefined);
  observe("finalization", 4, hash("aa"));
  assert.deepEqual(
    seen.map((event) => event.what),
    ["notarized", "nullified", "finalized"],
  );
  const [notarized] = seen;
  assert.ok(notarized?.what === "notarized");
  assert.deepEqual([notarized.epoch, notarized.view, notarized.seenMs, notarized.height], [3, 4, 1_234, 7]);
  assert.ok(notarized.certificate!.length > 96);
});

test("a notarized block that finality went past is skipped, once, and only then", () => {
  const { source, seen, observe } = listen();
  observe("notarization", 4, hash("a1"));
  observe("notarization", 5, hash("a2"));
  observe("notarization", 9, hash("a3"));
  seen.length = 0;
  const final = { digest: hash("a2"), height: height(8), view: view(5), transactions: 0 };
  source.onFinal([final]);
  assert.deepEqual(seen, [
    { what: "final", digest: hash("a2"), height: 8 },
    { what: "skipped", digest: hash("a1") },
  ]);
  seen.length = 0;
  source.onFinal([{ ...final, digest: hash("a3"), height: height(9), view: view(9) }]);
  assert.deepEqual(seen, [{ what: "final", digest: hash("a3"), height: 9 }]);
});

test("evidence shows both statements", () => {
  const { source, seen } = listen();
  const bytes = Uint8Array.of(1);
  const statements = { payloadA: bytes, sigA: bytes, payloadB: Uint8Array.of(2), sigB: bytes };
  source.onEvidence({ kind: "notarize", epoch: epoch(3), view: view(2), signer: validatorIndex(1), ...statements });
  assert.ok(seen[0]?.what === "evidence");
  assert.deepEqual(seen[0].evidence, {
    kind: "notarize",
    signer: 1,
    statements: [
      { payload: "0x01", signature: "0x01" },
      { payload: "0x02", signature: "0x01" },
    ],
  });
});
