import assert from "node:assert/strict";
import { test } from "node:test";
import { krat12 } from "@polis/codec";
import type { NodeFacts } from "./askNode.ts";
import { bar, infoLines } from "./infoLines.ts";

const hash = "ab".repeat(32) as NodeFacts["chain"]["genesisHash"];

function facts(security: Partial<NodeFacts["security"]>, validators: number): NodeFacts {
  return {
    chain: {
      ...{ chainName: "KratOs", height: 1_234, bestHash: hash, genesisHash: hash, chainIdentity: hash },
      ...{
        currentEpoch: 12,
        currentSlot: 1_260,
        finalizedHeight: 1_232,
        finalizedHash: hash,
        isSynced: true,
        syncGap: 0,
      },
    },
    health: { healthy: true, isSynced: true, hasPeers: true, blockHeight: 1_234, peerCount: 1 },
    sync: { syncing: false, currentBlock: 1_234, highestBlock: 1_234, blocksBehind: 0, state: "synced" },
    finality: {
      ...{ enabled: true, last_finalized_block: 1_232, last_finalized_hash: hash, current_round: 1, current_epoch: 12 },
      ...{ chain_height: 1_234, finality_lag: 2, total_validators: 60, threshold: 41 },
    },
    security: {
      ...{
        state: "Degraded",
        entered_at: 7,
        epochs_in_state: 5,
        current_validators: validators,
        validators_needed: 15,
      },
      ...{ consecutive_epochs_above_safe: 30, epochs_below_min: 0, epochs_without_finality: 0 },
      ...{ emergency_state_root: undefined, bootstrap_started_at: 0, bootstrap_completed_at: 7 },
      history: [{ from: "Normal", to: "Degraded", epoch: 7, block: 700, validators: 60, reason: "V below 75" }],
      metrics: {
        ...{ validator_count: validators, security_state: "Degraded", epochs_in_state: 5 },
        ...{ recovery_progress: { counter: 30, target: 100 }, collapse_progress: { counter: 0, target: 10 } },
        ...{ finality_lag: 2, epochs_without_finality: 0 },
      },
      alert_level: "Warning",
      ...security,
    },
    clock: {
      ...{ status: "Healthy", drift_ms: 12, can_produce_blocks: true, emergency_mode: false, status_since: 0 },
      ...{ priority_modifier: "1.0", sample_count: 3, lifetime_stats: {} },
    },
    economics: {
      ...{ total_supply: krat12(10n ** 21n), minted: krat12(0n), burned: krat12(0n), rate_ppb: 65_000_000 },
      ...{
        emission_per_block: krat12(1n),
        burn_allowance: krat12(1n),
        treasury: krat12(0n),
        reserve: krat12(0n),
        fee_multiplier: 100,
      },
    },
    bootstrap: {
      ...{ is_bootstrap_era: false, current_block: 1_234, bootstrap_end_block: undefined, blocks_until_end: 500 },
      ...{ votes_required: 3, validator_count: validators, max_validators: 101, pending_candidates: 0 },
      can_add_validators: false,
    },
  };
}

test("a bar fills in proportion and shows thresholds where it is empty", () => {
  assert.equal(bar(0, 10, 10), "··········");
  assert.equal(bar(5, 10, 10, [2, 7]), "█████··│··");
  assert.equal(bar(12, 10, 10), "██████████");
});

test("an observer sees the security state, its reason and its recovery progress (10.5)", () => {
  const lines = infoLines(facts({}, 60), 100);
  const text = lines.join("\n");
  for (const part of ["Degraded since epoch 7", "warning", "V below 75", "60 of 101", "30 of 100 epochs", "15 more"]) {
    assert.ok(text.includes(part), `${part} in\n${text}`);
  }
  assert.ok(lines.every((line) => line.length <= 100));
});

test("the bootstrap era says what is missing, and a collapse is counted (10.3)", () => {
  const early = infoLines(facts({ state: "Bootstrap", history: [] }, 4), 80).join("\n");
  assert.match(early, /46 validators missing/);
  assert.match(early, /500 blocks to its earliest end/);
  const { metrics } = facts({}, 30).security;
  const falling = facts(
    { state: "Restricted", metrics: { ...metrics, collapse_progress: { counter: 4, target: 10 } } },
    30,
  );
  assert.match(infoLines(falling, 80).join("\n"), /4 of 10 epochs/);
});
