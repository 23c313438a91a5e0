import { blockErrors } from "@polis/kairos";
import { counter, each, gauge, histogram, type MetricSpec, stepBoundsS } from "./spec.ts";

/** Metrics of the consensus unit (kairos 19.1). */
export const consensusMetrics = {
  consensus_validators: gauge("Validators of the genesis."),
  consensus_current_view: gauge("View that this node is in."),
  consensus_finalized_view: gauge("View of the last finalized block."),
  consensus_finalized_height: gauge("Height of the last finalized block."),
  consensus_views_since_finalization: gauge("Views from the last finalized block to the current view."),
  consensus_seconds_since_finalization: gauge("Seconds since a block became final here, computed when it is read."),
  consensus_non_finalized_views: gauge("Views held in memory whose outcome is not final."),
  consensus_view_changes_total: counter("Views entered."),
  consensus_blocks_finalized_total: counter(
    "Finalized blocks, each once: with a certificate of their own (direct) or through a descendant's (ancestor).",
    ["mode"],
    each("mode", ["direct", "ancestor"]),
  ),
  consensus_m_notarizations_total: counter("Views known to be M-notarized, each once."),
  consensus_l_notarizations_total: counter("Views known to be L-notarized, each once."),
  consensus_nullifications_total: counter("Views known to be nullified, each once."),
  consensus_cascade_nullifications_total: counter(
    "Views that were M-notarized and nullified, so that their block was skipped by the finalized chain.",
  ),
  consensus_nullify_messages_sent_total: counter(
    "Nullify votes of this validator.",
    ["reason"],
    each("reason", ["timeout", "contradiction", "inactive_leader"]),
  ),
  consensus_votes_sent_total: counter("Notarize votes of this validator."),
  consensus_late_votes_sent_total: counter("Notarize votes of this validator for a view that it had left (R13)."),
  consensus_proposals_total: counter("Blocks that this validator proposed."),
  consensus_proposals_empty_total: counter("Blocks without transactions that this validator proposed."),
  consensus_view_timeouts_total: counter("Views whose timer ran out here (R14)."),
  consensus_votes_received_total: counter(
    "Votes received, by what became of them.",
    ["result"],
    each("result", ["valid", "duplicate", "invalid", "out_of_window"]),
  ),
  consensus_messages_processed_total: counter(
    "Consensus messages of peers.",
    ["type"],
    each("type", ["propose", "notarize", "nullify", "certificate", "status", "statusRequest"]),
  ),
  consensus_message_processing_duration_seconds: histogram(
    "Time that the replica takes for the messages of one turn.",
    [],
    stepBoundsS,
  ),
  consensus_block_validation_duration_seconds: histogram("From a block's arrival at the ledger to its verdict."),
  consensus_proposal_build_duration_seconds: histogram("Time to build a block."),
  consensus_journal_write_duration_seconds: histogram("Time until a vote's record is on disk (R25)."),
  consensus_finalization_latency_seconds: histogram("From the proposal seen to the block being final."),
  consensus_blocks_validated_total: counter(
    "Blocks executed, by result and, where they were refused, the rule that was broken.",
    ["result", "reason"],
    [{ result: "success", reason: "" }, ...refusedBlocks()],
  ),
  signer_connected: gauge("With a remote signer: 1 while it is connected."),
  signer_requests_total: counter(
    "With a remote signer: signatures asked for, by what came of it.",
    ["result"],
    each("result", ["signed", "refused", "unreachable", "timeout"]),
  ),
  signer_request_duration_seconds: histogram("With a remote signer: time that consensus waits for one signature."),
  consensus_loop_lag_seconds: histogram("How late the thread of consensus comes to a due timer.", [], stepBoundsS),
  consensus_timer_seconds: gauge("Time-out that the current view was given, in seconds."),
  consensus_gate_blocked: gauge("1 while the replica runs no further ahead of finality (R4)."),
  consensus_evidence_total: counter(
    "Contradictions of validators that were recorded (R30).",
    ["kind"],
    each("kind", ["proposal", "notarize"]),
  ),
  consensus_validator_participation_ratio: gauge(
    "Part of the last 100 views in which a validator's own link brought a vote or proposal of it.",
    ["validator"],
  ),
  ring_buffer_utilization: gauge(
    "Fullest state of a channel between the units of the node in the last seconds, 0 to 1 (kairos 1.6).",
    ["channel"],
    each("channel", ["consensus_msgs", "transactions", "broadcast", "proposal_req", "proposal_resp", "finalized"]),
  ),
} as const satisfies Record<string, MetricSpec>;

/** A new series would hide its first event from `increase()`, and the first refused block matters. */
function refusedBlocks() {
  return Object.keys(blockErrors).map((reason) => ({ result: "failure", reason }));
}
