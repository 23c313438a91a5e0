import { CONFIGURATIONS, SCENARIOS } from "./plan.ts";
import { quint } from "./quint.ts";
import { runScenarios } from "./runScenarios.ts";
import { runTraces } from "./runTraces.ts";

// npm run model [-- traces [seed]]: types, scripted runs, then guided traces of every configuration.
const traces = positive(process.argv[2], 500);
const seed = positive(process.argv[3], 1);
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
process.exit(failures === 0 ? 0 : 1);

function report(name: string, { ok, output }: { readonly ok: boolean; readonly output: string }): void {
  console.log(`${ok ? "ok" : "FAILED"} ${name}`);
  if (ok) return;
  failures++;
  console.log(output);
}

function positive(text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`${text} is not a positive number: npm run model -- [traces] [seed]`);
  process.exit(2);
}
