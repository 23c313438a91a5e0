import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TRACE_STEPS } from "./plan.ts";
import { quint } from "./quint.ts";
import { type ModelState, readTrace } from "./trace.ts";

/**
 * Guided random runs of the model as traces; the same seed gives the same ones. Throws when Quint finds a violation.
 *
 * @param configuration a module of configurations.qnt
 */
export async function makeTraces(
  configuration: string,
  count: number,
  seed: number,
): Promise<readonly (readonly ModelState[])[]> {
  const folder = mkdtempSync(join(tmpdir(), "polis-traces-"));
  try {
    const { ok, output } = await quint([
      "run",
      "configurations.qnt",
      "--backend=typescript",
      `--main=${configuration}`,
      "--step=guided",
      `--max-steps=${TRACE_STEPS}`,
      `--max-samples=${count}`,
      `--n-traces=${count}`,
      `--seed=0x${seed.toString(16)}`,
      `--out-itf=${join(folder, "{seq}.itf.json")}`,
      "--verbosity=1",
    ]);
    if (!ok) throw new Error(output);
    return readdirSync(folder)
      .sort()
      .map((name) => readTrace(join(folder, name)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
