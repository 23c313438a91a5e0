import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, type Epoch, type Height, type ValidatorIndex, view } from "@polis/codec";
import type { Certificate } from "@polis/crypto";
import type { Finalize, Message, Observation } from "@polis/minimmit";
import { ConsensusMeter } from "./consensusMeter.ts";
import { createMetrics } from "./metrics.ts";

const digestOf = (byte: string) => byte.repeat(32) as Digest;

function meter() {
  const metrics = createMetrics({ unknown: "throw" });
  const clock = { ms: 1_000 };
  const built = new ConsensusMeter({ metrics, n: 6, self: 2, nowMs: () => clock.ms });
  const see = (observation: Observation) => built.onObservation(observation);
  const certificate = (kind: Certificate["kind"], at: number, digest?: Digest) =>
    see({ what: "certificate", own: false, certificate: { kind, view: at, digest } as unknown as Certificate });
  const enter = (at: number) => see({ what: "entered", view: view(at), leader: 0 as ValidatorIndex });
  const finalize = (blocks: readonly (readonly [number, boolean])[], skipped: readonly number[] = []) =>
    built.onFinalize({
      kind: "finalize",
      blocks: blocks.map(([at, direct]) => ({ digest: digestOf("aa"), height: at as Height, view: view(at), direct })),
      views: skipped.map((at) => ({ view: view(at), label: "skipped", digest: digestOf("bb") })),
    } as unknown as Finalize);
  return { metrics, clock, meter: built, see, certificate, enter, finalize };
}

test("each view is counted once for each kind of certificate, whatever path it takes", () => {
  const { metrics, certificate } = meter();
  for (let i = 0; i < 3; i++) {
    certificate("notarization", 4, digestOf("aa"));
    certificate("nullification", 5);
    certificate("finalization", 6, digestOf("cc"));
  }
  certificate("notarization", 6, digestOf("cc"));
  assert.equal(metrics.value("consensus_m_notarizations_total"), 2, "an L-notarization contains an M-notarization");
  assert.equal(metrics.value("consensus_l_notarizations_total"), 1);
  assert.equal(metrics.value("consensus_nullifications_total"), 1);
});

test("finality: latency from the first sight, mode, and blocks that the chain skipped", () => {
  const { metrics, clock, see, finalize } = meter();
  const proposal = { view: view(7), digest: digestOf("aa"), height: 1 as Height, transactions: 0 };
  see({ what: "proposalSeen", ...proposal, leader: 1 as ValidatorIndex });
  clock.ms += 250;
  see({ what: "proposed", ...proposal });
  clock.ms += 500;
  finalize(
    [
      [7, false],
      [9, true],
    ],
    [8],
  );
  assert.equal(metrics.value("consensus_finalization_latency_seconds"), 0.75);
  assert.equal(metrics.value("consensus_blocks_finalized_total", { mode: "ancestor" }), 1);
  assert.equal(metrics.value("consensus_blocks_finalized_total", { mode: "direct" }), 1);
  assert.equal(metrics.value("consensus_cascade_nullifications_total"), 1);
});

test("the distance to finality follows every view", () => {
  const { metrics, enter, finalize } = meter();
  enter(10);
  assert.equal(metrics.value("consensus_views_since_finalization"), 10);
  finalize([[8, true]]);
  assert.equal(metrics.value("consensus_views_since_finalization"), 2);
});

test("the gate is closed until a view is entered; a late vote is counted as one", () => {
  const { metrics, see, enter } = meter();
  see({ what: "gate", blocked: true });
  assert.equal(metrics.value("consensus_gate_blocked"), 1);
  enter(3);
  assert.equal(metrics.value("consensus_gate_blocked"), 0);
  see({ what: "voted", view: view(2), digest: digestOf("aa"), late: true });
  assert.equal(metrics.value("consensus_late_votes_sent_total"), 1);
  assert.equal(metrics.value("consensus_votes_sent_total"), 1);
});

test("a certified block with other roots than here is an alarm, in either order and once; a leader's wrong root alone is not", () => {
  const { metrics, certificate, meter: built } = meter();
  built.onRejected(digestOf("01"), "BLOCK_RESULT");
  assert.equal(metrics.value("execution_root_mismatch_total"), 0);
  certificate("notarization", 1, digestOf("01"));
  certificate("finalization", 1, digestOf("01"));
  assert.equal(metrics.value("execution_root_mismatch_total"), 1);
  certificate("notarization", 2, digestOf("02"));
  built.onRejected(digestOf("02"), "BLOCK_RESULT");
  assert.equal(metrics.value("execution_root_mismatch_total"), 2);
  built.onRejected(digestOf("03"), "BLOCK_TIME");
  certificate("notarization", 3, digestOf("03"));
  assert.equal(metrics.value("execution_root_mismatch_total"), 2);
  built.onRejected(digestOf("04"), "BLOCK_SUPPLY");
  assert.equal(metrics.value("usdc_supply_mismatch_total"), 1);
});

test("participation: votes on their signer's own link, proposals, and this validator's votes", () => {
  const { metrics, meter: built, see, enter } = meter();
  enter(1);
  const vote = { epoch: 0 as Epoch, view: view(1), sig: new Uint8Array(96) };
  const relayed: Message = { kind: "nullify", ...vote, signer: 5 as ValidatorIndex };
  built.onMessage(4, relayed);
  built.onMessage(3, { kind: "notarize", ...vote, digest: digestOf("aa"), signer: 3 as ValidatorIndex });
  built.onMessage(1, { kind: "propose", view: view(1) } as unknown as Message);
  see({ what: "voted", view: view(1), digest: digestOf("aa"), late: false });
  enter(2);
  built.onRender();
  const ratio = (validator: number) =>
    metrics.value("consensus_validator_participation_ratio", { validator: String(validator) });
  assert.deepEqual([0, 1, 2, 3, 4, 5].map(ratio), [0, 1, 1, 1, 0, 0]);
  assert.equal(metrics.value("consensus_messages_processed_total", { type: "nullify" }), 1);
});
