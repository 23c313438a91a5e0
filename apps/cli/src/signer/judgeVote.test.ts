import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest, Epoch, View } from "@polis/codec";
import fc from "fast-check";
import { judgeVote, type SignedInView, type VoteRequest } from "./judgeVote.ts";

const epoch = 0 as Epoch;
const digests = ["11", "22"].map((byte) => byte.repeat(32) as Digest) as [Digest, Digest];
const at = (view: number) => view as View;
const none = at(0);

function request(kind: VoteRequest["kind"], view: number, which: 0 | 1, contradicted = false): VoteRequest {
  if (kind === "nullify") return { kind, epoch, view: at(view), contradicted };
  const digest = digests[which];
  if (kind === "notarize") return { kind, epoch, view: at(view), digest };
  return { kind, claim: { epoch, view: at(view), digest, parentView: none, parentDigest: digests[0] } };
}

test("I4, R26: whatever is asked, no two signatures of a view contradict each other", () => {
  const ask = fc.record({
    kind: fc.constantFrom("proposal", "notarize", "nullify"),
    which: fc.constantFrom(0 as const, 1 as const),
    contradicted: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(ask, { maxLength: 12 }), (asks) => {
      let signed: SignedInView | undefined;
      const given: VoteRequest[] = [];
      for (const { kind, which, contradicted } of asks) {
        const wanted = request(kind as VoteRequest["kind"], 5, which, contradicted);
        const verdict = judgeVote(wanted, signed, none);
        if (typeof verdict !== "string") continue;
        if (verdict === "again")
          assert.ok(
            given.some((old) => sameVote(old, wanted)),
            "signed before, and the same",
          );
        else given.push(wanted);
        if (wanted.kind === "proposal") signed = { ...signed, proposal: digests[which], parent: digests[0] };
        else if (wanted.kind === "notarize") signed = { ...signed, notarize: digests[which] };
        else signed = { ...signed, nullify: true };
      }
      const [proposals, notarizes, nullifies] = ["proposal", "notarize", "nullify"].map((kind) =>
        given.filter((one) => one.kind === kind),
      );
      assert.ok(proposals!.length <= 1 && notarizes!.length <= 1 && nullifies!.length <= 1);
      const order = given.map(({ kind }) => kind);
      if (order.includes("notarize") && order.includes("nullify")) {
        assert.ok(order.indexOf("notarize") < order.indexOf("nullify"), "a nullify ends the view");
        assert.ok(
          given.some((one) => one.kind === "nullify" && one.contradicted),
          "R21, by the node's word",
        );
      }
    }),
  );
});

test("R27: nothing new at or below the floor, and what was signed may be signed again", () => {
  for (const kind of ["proposal", "notarize", "nullify"] as const) {
    const verdict = judgeVote(request(kind, 7, 0), undefined, at(7));
    assert.ok(typeof verdict !== "string" && verdict.refused.includes("view 7"));
    assert.equal(judgeVote(request(kind, 8, 0), undefined, at(7)), "first");
  }
  assert.equal(judgeVote(request("notarize", 7, 0), { notarize: digests[0] }, at(7)), "again");
});

test("R7: no proposal after a vote, and no vote for another block than the proposed one", () => {
  assert.equal(typeof judgeVote(request("proposal", 5, 0), { notarize: digests[0] }, none), "object");
  assert.equal(typeof judgeVote(request("proposal", 5, 0), { nullify: true }, none), "object");
  const proposed = { proposal: digests[0], parent: digests[0] };
  assert.equal(judgeVote(request("notarize", 5, 0), proposed, none), "first");
  assert.equal(typeof judgeVote(request("notarize", 5, 1), proposed, none), "object");
});

function sameVote(a: VoteRequest, b: VoteRequest): boolean {
  if (a.kind === "nullify" || b.kind === "nullify") return a.kind === b.kind;
  const digestOf = (one: Exclude<VoteRequest, { kind: "nullify" }>) =>
    one.kind === "proposal" ? one.claim.digest : one.digest;
  return a.kind === b.kind && digestOf(a) === digestOf(b);
}
