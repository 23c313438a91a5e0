import { makeTraces } from "./makeTraces.ts";
import { CONFIGURATIONS, SCENARIOS } from "./plan.ts";
import { quint } from "./quint.ts";
import { replay } from "./replay.ts";
import { runScenarios } from "./runScenarios.ts";
import { runTraces } from "./runTraces.ts";

// npm run model [-- traces [seed]]: types, scripted runs, guided traces of every configuration, and traces replayed on the replica.
const traces = positive(process.argv[2], 500);
const seed = positive(process.argv[3], 1);
/** Traces are files of 300 KB while they are replayed. */
const MOST_REPLAYS = 200;
let failures = 0;

for (const file of ["configurations.qnt", "scenarios.qnt"])
  report(`typecheck ${file}`, await quint(["typecheck", file]));
for (const [module, expected] of Object.entries(SCENARIOS)) {
  const result = await runScenarios(module, expected);
  report(`${module}: ${result.passing} of ${expected} scenarios`, result);
}
await Promise.all(
  CONFIGURATIONS.map(async (configuration) => {
    const result = await runTraces(configuration, traces, seed);
    report(`${configuration}: ${traces} guided traces, seed ${seed}`, result);
    for (const [witness, rate] of result.rates) console.log(`  ${configuration} ${witness} ${rate} %`);
    for (const witness of result.tooRare) report(`${configuration} ${witness} is too rare`, { ok: false, output: "" });
  }),
);
for (const [configuration, faulty] of [
  ["leaderFaulty", 1],
  ["voterFaulty", 5],
] as const) {
  const count = Math.min(traces, MOST_REPLAYS);
  const output = await replayTraces(configuration, faulty, count);
  report(`${configuration}: ${count} traces replayed on the replica, seed ${seed}`, { ok: output === "", output });
}
process.exitCode = failures === 0 ? 0 : 1;

/** @returns the first difference, or nothing. */
async function replayTraces(configuration: string, faulty: number, count: number): Promise<string> {
  try {
    for (const trace of await makeTraces(configuration, count, seed)) replay(trace, [faulty]);
    return "";
  } catch (error) {
    return String(error);
  }
}

function report(name: string, { ok, output }: { readonly ok: boolean; readonly output: string }): void {
  console.log(`${ok ? "ok" : "FAILED"} ${name}`);
  if (ok) return;
  failures++;
  console.log(output);
}

function positive(text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`${text} is not a positive number: npm run model -- [traces] [seed]`);
}
