import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest, View } from "@polis/codec";
import fc from "fast-check";
import { InvariantError } from "../errors.ts";
import { Solo } from "../testing/solo.ts";

const view = 1 as View;
const digests = ["a", "b", "c"].map((letter) => letter.repeat(64) as Digest);

/** What R16–R19 ask for, written again without the machine: distinct signers per kind and digest. */
class Model {
  readonly nullifies = new Set<number>();
  readonly notarizes = new Map<Digest, Set<number>>();
  readonly choices = new Map<number, Digest[]>();

  add(signer: number, digest: Digest | undefined): void {
    if (digest === undefined) {
      this.nullifies.add(signer);
      return;
    }
    const chosen = this.choices.get(signer) ?? [];
    if (!chosen.includes(digest) && chosen.length < 2) chosen.push(digest);
    this.choices.set(signer, chosen);
    if (!chosen.includes(digest)) return;
    const signers = this.notarizes.get(digest) ?? new Set();
    this.notarizes.set(digest, signers.add(signer));
  }

  /** The certificates that must be held for n = 7, f = 1: M = 3, L = 6. */
  proofs(): Set<string> {
    const proofs = new Set<string>();
    if (this.nullifies.size >= 3) proofs.add("nullification");
    for (const [digest, { size }] of this.notarizes) {
      if (size >= 3) proofs.add(`notarization ${digest}`);
      if (size >= 6) proofs.add(`finalization ${digest}`);
    }
    return proofs;
  }

  /** More than f replicas are faulty: two proofs that cannot both exist. */
  broken(): boolean {
    const finals = [...this.proofs()].filter((proof) => proof.startsWith("finalization"));
    return finals.length > 1 || (finals.length === 1 && this.nullifies.size >= 3);
  }
}

test("R16–R19: certificates exist exactly when enough distinct replicas have voted, in any order and with repeats", () => {
  const vote = fc.record({ signer: fc.integer({ min: 0, max: 6 }), what: fc.integer({ min: 0, max: 3 }) });
  fc.assert(
    fc.property(fc.array(vote, { maxLength: 60 }), (votes) => {
      const solo = new Solo({ n: 7, f: 1, self: -1 }).start();
      const model = new Model();
      for (const { signer, what } of votes) {
        const digest = digests[what];
        model.add(signer, digest);
        const message = digest === undefined ? solo.nullify(signer, view) : solo.notarize(signer, view, digest);
        if (model.broken()) {
          assert.throws(() => solo.receive(signer, message), InvariantError);
          return;
        }
        solo.receive(signer, message);
        const held = solo.replica
          .proofs(view)
          .map(({ kind, digest: of }) => (of === undefined ? kind : `${kind} ${of}`));
        assert.deepEqual(new Set(held), model.proofs());
        assert.equal(held.length, new Set(held).size);
        assert.equal(solo.replica.view, held.length > 0 ? 2 : 1);
      }
    }),
    { numRuns: 150 },
  );
});

test("N17: a follower takes pushed blocks with their certificate, and closes gaps by ranges", () => {
  const solo = new Solo({ self: -1 }).start();
  solo.step({ kind: "link", peer: 0, up: true });
  const first = solo.block(1);
  const certificate = solo.certificate("finalization", 1, first.info.digest);
  const push = (block: Uint8Array, by: typeof certificate) =>
    solo.step({
      kind: "reply",
      from: 0,
      requestId: 0,
      reply: { kind: "blocks", items: [{ block, certificate: by }] },
    });
  push(first.bytes, certificate);
  assert.equal(solo.only("execute").length, 1);
  solo.executed(first);
  assert.equal(solo.only("finalize").length, 1);
  assert.equal(solo.sent("certificate").length, 0, "a follower forwards nothing");
  const later = solo.block(30, solo.block(29, solo.block(20, first.info).info).info);
  push(later.bytes, solo.certificate("finalization", 30, later.info.digest));
  assert.deepEqual([solo.replica.finalizedView, solo.replica.lastFinalized.view], [30, 1]);
  assert.ok(solo.only("fetch").some(({ request }) => request.kind === "blockRange"));
  push(later.bytes, { ...certificate, signature: new Uint8Array(96) });
  assert.equal(solo.only("execute").length, 0);
});

test("R12: a follower that assembles a certificate itself asks a voter for the block", () => {
  const solo = new Solo({ self: -1 }).start();
  const { digest } = solo.block(1).info;
  for (const r of [3, 4, 1]) solo.receive(r, solo.notarize(r, 1, digest));
  solo.fire(`wait:block:${digest}`, 40);
  assert.deepEqual(
    solo.only("fetch").map(({ to }) => to),
    [1],
  );
});

test("R17, R18: votes that arrive together and fill both quorums are combined once, into the finalization", () => {
  const together = new Solo({ n: 6, f: 1, self: -1 }).start();
  const digest = digests[0] as Digest;
  const items = [0, 1, 2, 3, 4].map((from) => ({ from, message: together.notarize(from, view, digest) }));
  together.step({ kind: "messages", items });
  assert.deepEqual(
    together.replica.proofs(view).map(({ kind }) => kind),
    ["finalization"],
  );
  const apart = new Solo({ n: 6, f: 1, self: -1 }).start();
  for (const { from, message } of items) apart.receive(from, message);
  assert.deepEqual(
    apart.replica.proofs(view).map(({ kind }) => kind),
    ["finalization", "notarization"],
  );
  assert.equal(together.replica.view, apart.replica.view);
});

test("R16: observers see the distinct votes of a view that count, and its leader", () => {
  const solo = new Solo({ n: 6, f: 1, self: -1 }).start();
  const [a, b] = digests as [Digest, Digest];
  for (const from of [4, 2, 4]) solo.receive(from, solo.notarize(from, view, a));
  solo.receive(3, solo.notarize(3, view, b));
  solo.receive(1, solo.nullify(1, view));
  const seen = solo.replica.tallies(view);
  assert.equal(seen?.leader, view % 6);
  assert.deepEqual(
    seen.notarizes.map(({ digest, signers }) => [digest, signers]),
    [
      [a, [2, 4]],
      [b, [3]],
    ],
  );
  assert.deepEqual(seen.nullifies, [1]);
  assert.equal(solo.replica.tallies((view + 200) as typeof view), undefined);
});
