import { type Dashboard, lines, logs, one, quantile, rate, stat } from "./panel.ts";

/** Do blocks become final, how fast, and who takes part? (kairos 19.3) */
export const consensusDashboard: Dashboard = {
  uid: "kairos-consensus",
  title: "Kairos Consensus",
  description: "Finality, views, votes and the channels between the parts of a node.",
  panels: [
    stat("Current view", "Should rise steadily.", "none", one("consensus_current_view")),
    stat("Finalized view", "Close behind the current view.", "none", one("consensus_finalized_view")),
    stat(
      "Finalized height",
      "Equal on all nodes but for the newest blocks.",
      "none",
      one("consensus_finalized_height"),
    ),
    stat(
      "Views since finalization",
      "One or two in a healthy network.",
      "none",
      one("consensus_views_since_finalization"),
      [8, 32],
    ),
    stat(
      "Seconds since finalization",
      "Below one with payments under way.",
      "s",
      one("consensus_seconds_since_finalization"),
      [5, 30],
    ),
    stat("Gate", "1: this node runs no further ahead of finality.", "none", one("consensus_gate_blocked"), [1, 1]),
    lines("Blocks finalized", "Blocks in a second, by the way they became final.", "ops", [
      `sum by (instance, mode) (${rate("consensus_blocks_finalized_total")})`,
      "{{instance}} {{mode}}",
    ]),
    lines(
      "Finalization latency",
      "From the proposal seen to the block being final.",
      "s",
      [quantile(0.5, "consensus_finalization_latency_seconds"), "{{instance}} p50"],
      [quantile(0.99, "consensus_finalization_latency_seconds"), "{{instance}} p99"],
    ),
    lines(
      "Views without a block",
      "Part of the views that were nullified, and of those whose M-notarized block was skipped.",
      "percentunit",
      [`${rate("consensus_nullifications_total")} / ${rate("consensus_view_changes_total")}`, "{{instance}} nullified"],
      [
        `${rate("consensus_cascade_nullifications_total")} / ${rate("consensus_view_changes_total")}`,
        "{{instance}} cascade",
      ],
    ),
    lines("Messages", "Consensus messages of peers in a second, by type.", "ops", [
      `sum by (type) (${rate("consensus_messages_processed_total")})`,
      "{{type}}",
    ]),
    lines(
      "Time of processing, p99",
      "What the thread of consensus spends on one turn's messages, on a block, on a proposal and on the journal.",
      "s",
      [quantile(0.99, "consensus_message_processing_duration_seconds"), "{{instance}} messages"],
      [quantile(0.99, "consensus_block_validation_duration_seconds"), "{{instance}} validation"],
      [quantile(0.99, "consensus_proposal_build_duration_seconds"), "{{instance}} proposal"],
      [quantile(0.99, "consensus_journal_write_duration_seconds"), "{{instance}} journal"],
    ),
    lines(
      "Votes",
      "Votes in a second: sent, and received by what became of them.",
      "ops",
      [rate("consensus_votes_sent_total"), "{{instance}} sent"],
      [`sum by (result) (${rate("consensus_votes_received_total")})`, "received {{result}}"],
    ),
    lines(
      "Mempool",
      "Transactions that wait.",
      "short",
      [one("mempool_pending_count"), "{{instance}} pending"],
      [one("mempool_queued_count"), "{{instance}} queued"],
    ),
    lines("Throughput", "Transactions that became final in a second.", "ops", [
      `sum by (instance) (${rate("execution_transactions_total")})`,
      "{{instance}}",
    ]),
    lines("Channels", "Fullest state of each channel between the parts of a node.", "percentunit", [
      `max by (channel) (${one("ring_buffer_utilization")})`,
      "{{channel}}",
    ]),
    lines(
      "Participation",
      "Part of the last 100 views in which a validator was heard, as the chosen nodes see it.",
      "percentunit",
      [`min by (validator) (${one("consensus_validator_participation_ratio")})`, "validator {{validator}}"],
    ),
    lines(
      "Time-outs and nullify votes",
      "Nullify votes of the chosen nodes in a second, by reason, and the time-out of the current view.",
      "short",
      [`sum by (reason) (${rate("consensus_nullify_messages_sent_total")})`, "{{reason}}"],
      [one("consensus_timer_seconds"), "{{instance}} time-out, s"],
    ),
    lines(
      "What must stay zero",
      "Evidence, refused blocks, diverged roots and supply mismatches since the start.",
      "none",
      [`sum by (instance, kind) (${one("consensus_evidence_total")})`, "{{instance}} evidence {{kind}}"],
      [
        `sum by (instance) (${one("consensus_blocks_validated_total", 'result="failure"')})`,
        "{{instance}} refused blocks",
      ],
      [one("execution_root_mismatch_total"), "{{instance}} roots"],
      [one("usdc_supply_mismatch_total"), "{{instance}} supply"],
    ),
    logs("Consensus log", '{job="kairos", instance=~"$instance", module="consensus"} | json'),
  ],
};
