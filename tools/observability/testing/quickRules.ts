import { readFileSync } from "node:fs";
import { rulesPath } from "./alertRules.ts";

/**
 * The rule file with times that a test can wait for: every rate looks four seconds back, every condition must hold for one.
 * Thresholds in seconds stay as they are but for the stall, which a real network would need half a minute for.
 */
export function quickRules(): string {
  return readFileSync(rulesPath, "utf8")
    .replaceAll(/\[\d+m\]/g, "[4s]")
    .replaceAll(/( {8}for:) \w+/g, "$1 1s")
    .replace("interval: 15s", "interval: 500ms")
    .replace("kairos_consensus_seconds_since_finalization > 30", "kairos_consensus_seconds_since_finalization > 3");
}
