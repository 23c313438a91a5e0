import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest, Epoch, View } from "@polis/codec";
import type { VoteSigner } from "@polis/crypto";
import fc from "fast-check";
import { InvariantError } from "./errors.ts";
import type { JournalRecord } from "./seam/effects.ts";
import { Signer } from "./signer.ts";
import { createMockKeys } from "./testing/mockScheme.ts";
import { freshRestored } from "./testing/solo.ts";

const epoch = 0 as Epoch;
const digests = [1, 2].map((i) => `${i}`.repeat(64) as Digest) as [Digest, Digest];
const v = (value: number): View => value as View;

const mockKeys = createMockKeys(0 as never);

function signerWith(records: readonly JournalRecord[], change: object = {}, keys: VoteSigner = mockKeys): Signer {
  return new Signer(keys, epoch, freshRestored({ records, ...change }));
}

/** Keys in another process, which answer only when `answers` says so. */
function sometimes(answers: () => boolean): VoteSigner {
  return {
    index: mockKeys.index,
    signNotarize: (...claim) => (answers() ? mockKeys.signNotarize(...claim) : undefined),
    signNullify: (...claim) => (answers() ? mockKeys.signNullify(...claim) : undefined),
    signProposal: (claim) => (answers() ? mockKeys.signProposal(claim) : undefined),
    signStatus: (claim) => (answers() ? mockKeys.signStatus(claim) : undefined),
  };
}

test("R26, MI2: whatever is asked, across restarts, the signatures of a view never contradict each other", () => {
  const command = fc.record({
    kind: fc.constantFrom("notarize", "nullify", "propose", "restart"),
    view: fc.integer({ min: 1, max: 3 }),
    which: fc.integer({ min: 0, max: 1 }),
  });
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), fc.infiniteStream(fc.boolean()), (commands, answers) => {
      const answering = sometimes(() => answers.next().value === true);
      const journal: JournalRecord[] = [];
      const history = new Map<number, string[]>();
      let signer = signerWith(journal, {}, answering);
      for (const { kind, view, which } of commands) {
        const digest = digests[which]!;
        const said = history.get(view) ?? [];
        history.set(view, said);
        try {
          if (kind === "restart") signer = signerWith(journal, {}, answering);
          else if (kind === "nullify") {
            const record = signer.nullify(v(view))?.record;
            if (record !== undefined) journal.push(record);
            if (record !== undefined) said.push("nullify");
          } else if (kind === "notarize") {
            const record = signer.notarize(v(view), digest)?.record;
            if (record !== undefined) journal.push(record);
            if (record !== undefined) said.push(digest);
          } else {
            const claim = { epoch, view: v(view), digest, parentView: v(0), parentDigest: digests[0] };
            const record = signer.propose(claim)?.record;
            if (record !== undefined) journal.push(record);
          }
        } catch (error) {
          assert.ok(error instanceof InvariantError);
        }
      }
      for (const said of history.values()) {
        assert.ok(said.length <= 2);
        if (said.length === 2) assert.ok(said[0] !== "nullify" && said[1] === "nullify");
      }
    }),
  );
});

test("R26: a repeat gives the same bytes and no second record", () => {
  const signer = signerWith([]);
  const first = signer.notarize(v(1), digests[0])!;
  const second = signer.notarize(v(1), digests[0])!;
  assert.deepEqual(second.vote, first.vote);
  assert.ok(first.record !== undefined && second.record === undefined);
  assert.throws(() => signer.notarize(v(1), digests[1]), InvariantError);
  signer.nullify(v(1));
  assert.deepEqual(signer.notarize(v(1), digests[0])?.vote, first.vote);
});

test("R26, T18: nothing new at or below the last finalized view; R27: nothing below the safe view", () => {
  const signer = signerWith([], { safeView: v(5) });
  assert.throws(() => signer.nullify(v(4)), InvariantError);
  signer.nullify(v(5));
  signer.notarize(v(6), digests[0]);
  signer.finalizedAt(v(6));
  assert.throws(() => signer.nullify(v(6)), InvariantError);
  assert.deepEqual(signer.views(), [6]);
  assert.equal(signer.maySign(v(7)), true);
});

test("R27: with a lost journal nothing is signed until a safe view is set; a follower never signs", () => {
  const lost = signerWith([], { journal: "lost" });
  assert.equal(lost.maySign(v(100)), false);
  assert.throws(() => lost.notarize(v(100), digests[0]), InvariantError);
  lost.openAt(v(80));
  assert.equal(lost.maySign(v(79)), false);
  lost.notarize(v(80), digests[0]);
  assert.throws(() => lost.openAt(v(90)), InvariantError);
  const follower = new Signer(undefined, epoch, freshRestored());
  assert.equal(follower.maySign(v(1)), false);
  assert.throws(() => follower.nullify(v(1)), InvariantError);
});

test("what keys in another process do not answer is neither signed nor remembered, and may be asked again", () => {
  let isUp = false;
  const signer = signerWith(
    [],
    {},
    sometimes(() => isUp),
  );
  const claim = { epoch, view: v(1), digest: digests[0], parentView: v(0), parentDigest: digests[1] };
  const ask = () => [signer.propose(claim), signer.notarize(v(1), digests[0]), signer.nullify(v(2))];
  assert.deepEqual(ask(), [undefined, undefined, undefined]);
  assert.deepEqual([signer.views(), signer.notarized(v(1)), signer.nullified(v(2))], [[], undefined, false]);
  assert.equal(signer.canVote, true);
  isUp = true;
  assert.deepEqual(
    ask().map((signed) => signed?.record !== undefined),
    [true, true, true],
  );
});
