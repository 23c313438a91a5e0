import { consensusMetrics } from "../../telemetry/catalogue/consensus.ts";
import { interfaceMetrics } from "../../telemetry/catalogue/interfaces.ts";
import { processMetrics } from "../../telemetry/catalogue/process.ts";
import { counter, each, gauge, histogram, type MetricSpec } from "../../telemetry/catalogue/spec.ts";

const { jsonrpc_requests_total, jsonrpc_duration_seconds, jsonrpc_in_flight } = interfaceMetrics;
const { jsonrpc_http_refused_total, jsonrpc_http_slow_closed_total } = interfaceMetrics;
const { listener_connections, listener_dropped_total, listener_refused_total, listener_cut_total } = interfaceMetrics;
const { process_start_time_seconds, process_cpu_seconds_total, process_resident_memory_bytes } = processMetrics;
const { process_open_fds, nodejs_heap_size_used_bytes, nodejs_heap_size_total_bytes } = processMetrics;
const { nodejs_external_memory_bytes, nodejs_eventloop_lag_seconds, nodejs_eventloop_lag_p99_seconds } = processMetrics;
const { nodejs_eventloop_lag_max_seconds, metrics_dropped_total, build_info } = processMetrics;
const { consensus_loop_lag_seconds } = consensusMetrics;

/** The security states (kratos-core 10.1), as values of a label. */
export const securityStates = [
  "Bootstrap",
  "Normal",
  "Degraded",
  "Restricted",
  "Emergency",
  "BootstrapRecovery",
] as const;

/** States of catching up (kratos-core 13.3). */
export const syncStates = ["synced", "syncing", "far_behind"] as const;

/** Statuses of the local clock (kratos-core 11.1). */
export const clockStatuses = ["Healthy", "Degraded", "Excluded", "Recovering"] as const;

/** Every metric of a KratOs node without the prefix `kratos_` (kratos-core 15, `--prometheus-port`). */
export const kratosCatalogue = {
  chain_height: gauge("Number of the head."),
  chain_finalized_height: gauge("Number of the last final block."),
  chain_finality_lag_blocks: gauge("Blocks between the head and the last final one."),
  chain_epoch: gauge("Epoch of the head."),
  chain_slot: gauge("Slot of the head."),
  chain_empty_slots_total: counter(
    "Slots between a block and the one before it that stayed empty, over adopted heads.",
  ),
  chain_reorganisations_total: counter("Times that the head moved to another branch."),
  chain_reorganised_blocks_total: counter("Blocks that left the best chain."),
  blocks_imported_total: counter(
    "Blocks of others imported, from a peer or once their parent came.",
    ["source"],
    each("source", ["peer", "buffer"]),
  ),
  blocks_produced_total: counter("Blocks that this node produced."),
  slots_skipped_total: counter("Own slots in which this node did not produce.", ["reason"]),
  transactions_produced_total: counter("Transactions in the blocks that this node produced."),
  finality_slots: histogram("Slots from a block to its finality.", [], [1, 2, 3, 4, 5, 6, 8, 10, 20, 50, 100, 600]),
  finality_alarms_total: counter("Contradicting justifications. Not 0 means: the chain is broken, stop and look."),
  sync_gap_blocks: gauge("Blocks that a peer has proved and this node has not."),
  sync_state: gauge("1 for the state that holds.", ["state"], each("state", syncStates)),
  p2p_peers: gauge("Connected peers."),
  p2p_peer_score_average: gauge("Mean score of the peers."),
  p2p_faults_total: counter("Faults of peers.", ["code", "action"]),
  p2p_bans_total: counter("Peers banned."),
  pool_transactions: gauge("Transactions that wait in the pool."),
  pool_rejected_total: counter("Transactions that the pool has refused since the start."),
  pool_evicted_total: counter("Transactions that others have displaced since the start."),
  security_state: gauge("1 for the security state that holds.", ["state"], each("state", securityStates)),
  security_validators: gauge("Validators that take part."),
  security_epochs_in_state: gauge("Epochs since the state changed."),
  security_epochs_without_finality: gauge("Epochs without finality."),
  security_recovery_epochs: gauge("Epochs in a row above the safe number of validators: 100 make Degraded Normal."),
  security_collapse_epochs: gauge("Epochs in a row below the least number of validators: 10 are a collapse."),
  security_transitions_total: counter("Changes of the security state.", ["to"], each("to", securityStates)),
  clock_drift_ms: gauge("Smoothed drift of the local clock from the peers."),
  clock_status: gauge("1 for the status of the local clock that holds.", ["status"], each("status", clockStatuses)),
  economics_total_supply_krat: gauge("KRAT in existence, rounded."),
  economics_burned_krat: gauge("KRAT burned, rounded."),
  rpc_bans_total: counter("Clients of JSON-RPC that were banned for asking too much."),
  ...{ jsonrpc_requests_total, jsonrpc_duration_seconds, jsonrpc_in_flight },
  ...{ jsonrpc_http_refused_total, jsonrpc_http_slow_closed_total },
  ...{ listener_connections, listener_dropped_total, listener_refused_total, listener_cut_total },
  ...{ process_start_time_seconds, process_cpu_seconds_total, process_resident_memory_bytes, process_open_fds },
  ...{ nodejs_heap_size_used_bytes, nodejs_heap_size_total_bytes, nodejs_external_memory_bytes },
  ...{ nodejs_eventloop_lag_seconds, nodejs_eventloop_lag_p99_seconds, nodejs_eventloop_lag_max_seconds },
  ...{ build_info, consensus_loop_lag_seconds, metrics_dropped_total },
} as const satisfies Record<string, MetricSpec>;
