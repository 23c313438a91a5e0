import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** The folder of the stacks' files. */
export const deployments: string = join(import.meta.dirname, "../../../deployments");
/** The alert rules. */
export const rulesPath: string = join(deployments, "prometheus/alerts/kairos.yml");

/** One alert as it stands in the rule file. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

/** The alerts of the rule file, in its order. */
export function readAlertRules(): readonly AlertRule[] {
  const file = parse(readFileSync(rulesPath, "utf8")) as { groups: { rules: AlertRule[] }[] };
  return file.groups.flatMap(({ rules }) => rules);
}

/**
 * The metrics of Kairos that a PromQL expression names, without their prefix.
 * @example metricsOf('rate(kairos_a_total[5m]) > 0') // ["a_total"]
 */
export function metricsOf(expression: string): readonly string[] {
  return [...new Set([...expression.matchAll(/\bkairos_([a-z0-9_]+)/g)].map(([, name]) => name!))];
}
