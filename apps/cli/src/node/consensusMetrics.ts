import type { Observation } from "@polis/minimmit";
import type { Metrics } from "@polis/ports";

const REASONS = {
  timeout: Object.freeze({ reason: "timeout" }),
  contradiction: Object.freeze({ reason: "contradiction" }),
  inactiveLeader: Object.freeze({ reason: "inactive_leader" }),
} as const;
const RESULTS = {
  valid: Object.freeze({ result: "valid" }),
  duplicate: Object.freeze({ result: "duplicate" }),
  invalid: Object.freeze({ result: "invalid" }),
  outOfWindow: Object.freeze({ result: "out_of_window" }),
} as const;
const CERTIFICATES = {
  notarization: "consensus_m_notarizations_total",
  finalization: "consensus_l_notarizations_total",
  nullification: "consensus_nullifications_total",
} as const;

/** Moves the counters of kairos 19.1 that follow from what consensus reports. */
export function countObservation(metrics: Metrics, observation: Observation): void {
  switch (observation.what) {
    case "entered":
      metrics.gauge("consensus_current_view", observation.view);
      break;
    case "proposed":
      metrics.count("consensus_proposals_total");
      if (observation.transactions === 0) metrics.count("consensus_proposals_empty_total");
      break;
    case "voted":
      metrics.count("consensus_votes_sent_total");
      if (observation.late) metrics.count("consensus_late_votes_sent_total");
      break;
    case "nullifySent":
      metrics.count("consensus_nullify_messages_sent_total", 1, REASONS[observation.reason]);
      if (observation.reason === "timeout") metrics.count("consensus_view_timeouts_total");
      break;
    case "certificate":
      metrics.count(CERTIFICATES[observation.certificate.kind]);
      break;
    case "gate":
      metrics.gauge("consensus_gate_blocked", observation.blocked ? 1 : 0);
      break;
    case "vote":
      metrics.count("consensus_votes_received_total", 1, RESULTS[observation.result]);
      break;
    case "proposalSeen":
    case "voteDropped":
    case "journalLost":
      break;
  }
}
