import type { ReplicaEffect, ReplicaEvent } from "@polis/minimmit";
import type { Machine, Metrics } from "@polis/ports";

/** The same machine, with the time of its steps on messages observed (kairos 19.1). */
export function timedMachine(
  machine: Machine<ReplicaEvent, ReplicaEffect>,
  metrics: Metrics,
): Machine<ReplicaEvent, ReplicaEffect> {
  return {
    step(now, event) {
      if (event.kind !== "messages" && event.kind !== "message") return machine.step(now, event);
      const startMs = performance.now();
      const effects = machine.step(now, event);
      metrics.observe("consensus_message_processing_duration_seconds", (performance.now() - startMs) / 1_000);
      return effects;
    },
  };
}
