import { quint } from "./quint.ts";

/** How the scripted runs of one module went. */
export interface ScenarioResult {
  readonly module: string;
  readonly passing: number;
  readonly ok: boolean;
  readonly output: string;
}

/**
 * Runs the scenario tests of one module of scenarios.qnt.
 *
 * @param expected how many there must be
 */
export async function runScenarios(module: string, expected: number): Promise<ScenarioResult> {
  const result = await quint(["test", `--main=${module}`, "--max-samples=1", "scenarios.qnt"]);
  const passing = Number(/(\d+) passing/.exec(result.output)?.[1] ?? 0);
  return { module, passing, ok: result.ok && passing === expected, output: result.output };
}
