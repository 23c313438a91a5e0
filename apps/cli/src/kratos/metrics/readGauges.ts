import {
  activeValidators,
  canParticipate,
  economics,
  type KratosBackend,
  kratosApi,
  State,
  security,
} from "@polis/kratos";
import type { MetricsRegistry } from "../../telemetry/metrics.ts";
import { clockStatuses, securityStates, syncStates } from "./catalogue.ts";

const BASE_UNITS = 10n ** 12n;

/** What is read from the node at each scrape. @returns writes the gauges */
export function readGauges(registry: MetricsRegistry, backend: KratosBackend): () => void {
  const pool = { rejected: 0, evicted: 0 };
  return () => {
    readChain(registry, backend);
    readState(registry, backend);
    readClock(registry, backend);
    const { totalRejected, totalEvicted } = backend.pool.stats;
    registry.gauge("pool_transactions", backend.pool.size);
    registry.count("pool_rejected_total", totalRejected - pool.rejected);
    registry.count("pool_evicted_total", totalEvicted - pool.evicted);
    Object.assign(pool, { rejected: totalRejected, evicted: totalEvicted });
  };
}

function readChain(registry: MetricsRegistry, backend: KratosBackend): void {
  const { head, final } = backend.reader.tree;
  registry.gauge("chain_height", head.header.number);
  registry.gauge("chain_finalized_height", final.header.number);
  registry.gauge("chain_finality_lag_blocks", head.header.number - final.header.number);
  registry.gauge("chain_epoch", head.header.epoch);
  registry.gauge("chain_slot", head.header.slot);
  const { peers, averageScore } = backend.peers();
  registry.gauge("p2p_peers", peers.length);
  registry.gauge("p2p_peer_score_average", averageScore);
  const answer = kratosApi.system_syncState!.handle(backend, []);
  if (!answer.ok) return;
  const { blocksBehind, state } = answer.value as { readonly blocksBehind: number; readonly state: string };
  registry.gauge("sync_gap_blocks", blocksBehind);
  oneOf(registry, "sync_state", "state", syncStates, state);
}

function readState(registry: MetricsRegistry, backend: KratosBackend): void {
  const { head } = backend.reader.tree;
  const state = new State(head.entries);
  const record = state.get(security);
  oneOf(registry, "security_state", "state", securityStates, record.state);
  const able = activeValidators(state).filter((one) => canParticipate(one, head.header.epoch)).length;
  registry.gauge("security_validators", able);
  registry.gauge("security_epochs_in_state", record.epochsInState);
  registry.gauge("security_epochs_without_finality", record.epochsWithoutFinality);
  registry.gauge("security_recovery_epochs", record.consecutiveEpochsAboveSafe);
  registry.gauge("security_collapse_epochs", record.epochsBelowMin);
  const { totalSupply, burned } = state.get(economics);
  registry.gauge("economics_total_supply_krat", Number(totalSupply / BASE_UNITS));
  registry.gauge("economics_burned_krat", Number(burned / BASE_UNITS));
}

function readClock(registry: MetricsRegistry, backend: KratosBackend): void {
  const { status, drift_ms: driftMs } = backend.clock();
  if (typeof driftMs === "number") registry.gauge("clock_drift_ms", driftMs);
  oneOf(registry, "clock_status", "status", clockStatuses, String(status));
}

/** 1 for the value that holds, 0 for the others. */
function oneOf(
  registry: MetricsRegistry,
  metric: "sync_state" | "security_state" | "clock_status",
  label: string,
  values: readonly string[],
  holds: string,
): void {
  for (const value of values) registry.gauge(metric, value === holds ? 1 : 0, { [label]: value });
}
