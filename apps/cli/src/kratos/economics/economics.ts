import { projectSupply } from "@polis/kratos";
import type { Command } from "commander";
import { createProgressLine } from "../../backup/progressLine.ts";
import { example, integerOption } from "../../commands/parse.ts";
import { UserError } from "../../errors.ts";
import { drawChart } from "./drawChart.ts";
import { type Projection, toCsv, toJson, toText } from "./formats.ts";
import { foundingTable } from "./foundingTable.ts";
import { projectScenarios } from "./scenarios.ts";

interface EconomicsFlags {
  readonly years: number;
  readonly runs: number;
  readonly seed: number;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly svg?: boolean;
}

/** `kratos economics`. */
export function register(program: Command): void {
  program
    .command("economics")
    .description("project supply, emission and burn with the rules of the chain, beside the founding table")
    .option("--years <years>", "how far", integerOption(1, 100), 20)
    .option(
      "--runs <count>",
      "futures to draw for the percentiles of each scenario: how validators, participation and usage grow; 0 draws none",
      integerOption(0, 10_000),
      200,
    )
    .option("--seed <seed>", "of the futures", integerOption(0, Number.MAX_SAFE_INTEGER), 1)
    .option("--json", "as JSON")
    .option("--csv", "as a table for a spreadsheet")
    .option("--svg", "as a picture")
    .addHelpText("after", example("kratos economics --years 20 --svg > supply.svg"))
    .action(run);
}

function run(flags: EconomicsFlags): void {
  const chosen = [flags.json, flags.csv, flags.svg].filter((flag) => flag === true).length;
  if (chosen > 1) throw new UserError("ECONOMICS_FORMAT", "more than one format", "choose --json, --csv or --svg");
  const { runs, seed } = flags;
  const progress = createProgressLine(process.stderr, "projecting", "steps");
  const years = projectSupply(flags.years, {}, ({ year }) => progress.update(year, flags.years));
  const scenarios = projectScenarios(flags.years, runs, seed, (done, of) => progress.update(done, of));
  progress.end();
  process.stdout.write(render(flags, { years, scenarios, runs, seed }));
}

function render({ json, csv, svg }: EconomicsFlags, projection: Projection): string {
  if (json === true) return toJson(projection);
  if (csv === true) return toCsv(projection);
  if (svg !== true) return toText(projection);
  return drawChart(projection.years, projection.scenarios[0]?.bands ?? [], foundingTable);
}
