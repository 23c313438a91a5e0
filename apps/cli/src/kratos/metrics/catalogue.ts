import { counter, type MetricSpec } from "../../telemetry/catalogue/spec.ts";

/** Every metric of a KratOs node without the prefix `kratos_`. */
export const kratosCatalogue = {
  blocks_produced_total: counter("Blocks that this node produced"),
} as const satisfies Record<string, MetricSpec>;
