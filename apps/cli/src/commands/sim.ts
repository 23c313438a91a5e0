import {
  faultKindsOf,
  parseScenario,
  playScenario,
  runSeed,
  type Scenario,
  ScenarioError,
  type SeedOverrides,
  type SimReport,
  simulateRegions,
} from "@polis/simulator";
import { type Command, Option } from "commander";
import { UserError } from "../errors.ts";
import { writePlayground } from "../playground/writePlayground.ts";
import { realLedger } from "../sim/realLedger.ts";
import { type CampaignResult, runCampaign } from "../sim/runCampaign.ts";
import { example, integerOption } from "./parse.ts";

interface SimFlags {
  readonly seed: number;
  readonly n?: number;
  readonly faults?: "all" | "none";
  readonly seconds?: number;
  /** Undefined: the real chain for one seed, the stand-in for a campaign. */
  readonly ledger?: "kairos" | "mock";
  readonly campaign?: number;
  readonly scenario?: string;
  readonly page?: string;
  readonly regions?: boolean;
  readonly views: number;
  readonly json?: boolean;
}

/** Time after the faults in which everything must recover. */
const HEAL_MS = 8000;

export function register(program: Command): void {
  program
    .command("sim")
    .description("run a whole network in a deterministic simulation: one seed, one history, every invariant checked")
    .option("--seed <number>", "the seed; the first one of a campaign", integerOption(0, 2 ** 32 - 1), 1)
    .option("--n <count>", "validators; chosen by the seed by default", integerOption(1, 101))
    .addOption(
      new Option("--faults <which>", "faults of links, disks, clocks and processes, and attackers").choices([
        "all",
        "none",
      ]),
    )
    .option("--seconds <count>", "virtual seconds with faults before the network heals", integerOption(1, 100_000))
    .addOption(
      new Option(
        "--ledger <which>",
        "the real chain with payments and contracts, or a fast stand-in (default: kairos, of a campaign: mock)",
      ).choices(["kairos", "mock"]),
    )
    .option("--campaign <count>", "run so many seeds on all cores", integerOption(1, 10_000_000))
    .option("--scenario <text>", "run what the simulator's page shows: the text is in its address")
    .option("--page <folder>", "write the simulator's page there instead, for a server of static files")
    .option("--regions", "measure view and finality times over ten cloud regions, computing costing nothing")
    .option("--views <count>", "views of --regions", integerOption(10, 100_000), 500)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      example(
        "kairos sim --seed 42",
        "kairos sim --campaign 1000 --json",
        'kairos sim --scenario "seed=1&n=6&bad=2:equivocator&fault=cut:0.1:3000-9000"',
        "kairos sim --regions --n 50 --views 500",
      ),
    )
    .action(run);
}

async function run(flags: SimFlags): Promise<void> {
  if (flags.page !== undefined) return writePage(flags, flags.page);
  if (flags.regions) return regions(flags);
  if (flags.campaign !== undefined) return campaign(flags, flags.campaign);
  const report =
    flags.scenario === undefined
      ? runSeed(flags.seed, { ...overridesOf(flags), ...ledgerOf(flags) })
      : playScenario(scenarioOf(flags.scenario));
  print(flags, report, seedLines(report));
  if (report.violations.length > 0) process.exitCode = 1;
}

function writePage(flags: SimFlags, folder: string): void {
  const written = writePlayground(folder);
  const mb = (written.bytes / 1e6).toFixed(1);
  print(flags, { folder, ...written }, [`${written.files} files, ${mb} MB in ${folder}: serve index.html over HTTP`]);
}

function scenarioOf(text: string): Scenario {
  try {
    return parseScenario(text);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new UserError(error.code, error.message, error.hint, { cause: error });
  }
}

async function campaign(flags: SimFlags, count: number): Promise<void> {
  const result = await runCampaign({
    first: flags.seed,
    count,
    overrides: overridesOf(flags),
    ledger: flags.ledger ?? "mock",
    onProgress: (report, elapsedS) => {
      if (!process.stderr.isTTY) return;
      const leftS = (elapsedS / report.seeds) * (count - report.seeds);
      const rate = ((report.seeds * 60) / elapsedS).toFixed(0);
      process.stderr.write(
        `\r${report.seeds}/${count} seeds, ${rate} a minute, ${leftS.toFixed(0)} s left, ${report.failures.length} failures `,
      );
    },
  });
  if (process.stderr.isTTY) process.stderr.write("\n");
  print(flags, result, campaignLines(result));
  if (result.failures.length > 0) process.exitCode = 1;
}

function regions(flags: SimFlags): void {
  const report = simulateRegions({ n: flags.n ?? 50, views: flags.views, seed: flags.seed });
  const ms = ({ mean }: { readonly mean: number }) => `${mean} ms`;
  print(flags, report, [
    `${report.n} validators in ten regions, ${report.views} views, seed ${report.seed}`,
    `view interval ${ms(report.viewMs)} (ideal ${ms(report.ideal.viewMs)})`,
    `finality ${ms(report.finalityMs)} (ideal ${ms(report.ideal.finalityMs)})`,
    `payment finality ${ms(report.paymentFinalityMs)} (ideal ${ms(report.ideal.paymentFinalityMs)})`,
  ]);
}

function overridesOf({ n, faults, seconds }: SimFlags): SeedOverrides {
  return {
    ...(n === undefined ? {} : { n }),
    ...(faults === undefined ? {} : { faultKinds: faultKindsOf(faults) }),
    ...(faults === "none" ? { faulty: new Map<number, string>() } : {}),
    ...(seconds === undefined ? {} : { chaosMs: seconds * 1000, healMs: HEAL_MS }),
  };
}

function ledgerOf({ seed, n, ledger }: SimFlags): SeedOverrides {
  if (ledger === "mock") return {};
  return realLedger(seed, n);
}

function print({ json }: SimFlags, data: unknown, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(data)}\n` : `${lines.join("\n")}\n`);
}

function seedLines(report: SimReport): readonly string[] {
  return [
    `seed ${report.seed}: ${report.n} validators, ${report.profile}`,
    `${(report.simulatedMs / 1000).toFixed(1)} virtual seconds, ${report.events} events, ${report.messages} messages, ${report.restarts} restarts`,
    `finalized height ${report.finalizedHeight}, highest view ${report.highestView}, hash ${report.hash}`,
    ...report.violations.map(({ code, message, atMs }) => `VIOLATION ${code} at ${atMs} ms: ${message}`),
    report.violations.length === 0 ? "no violation" : `${report.violations.length} violations`,
  ];
}

function campaignLines(result: CampaignResult): readonly string[] {
  return [
    `${result.seeds} seeds, ${result.seedsPerMinute} a minute on ${result.cores} cores, ${(result.simulatedMs / 3_600_000).toFixed(1)} simulated hours`,
    ...result.failures.map(({ seed, violations }) => `seed ${seed}: ${violations[0]?.code} ${violations[0]?.message}`),
    `failures: ${result.failures.length}`,
    ...Object.entries(result.sometimes).map(([event, count]) => `  ${String(count).padStart(8)}  ${event}`),
    ...(result.never.length > 0 ? [`never seen: ${result.never.join(", ")}`] : []),
  ];
}
