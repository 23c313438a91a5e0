import { type ProjectedYear, projectSupply } from "@polis/kratos";
import type { Command } from "commander";
import { createProgressLine } from "../../backup/progressLine.ts";
import { example, integerOption } from "../../commands/parse.ts";
import { UserError } from "../../errors.ts";
import { drawChart } from "./drawChart.ts";
import { foundingTable } from "./foundingTable.ts";
import { type Band, inMillions, projectFutures } from "./scenarios.ts";

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
    .option("--runs <count>", "futures to draw for the percentile bands; 0 draws none", integerOption(0, 10_000), 200)
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
  const progress = createProgressLine(process.stderr, "projecting", "steps");
  const total = flags.years + flags.runs;
  const years = projectSupply(flags.years, {}, ({ year }) => progress.update(year, total));
  const bands =
    flags.runs === 0
      ? []
      : projectFutures(flags.years, flags.runs, flags.seed, (done) => progress.update(flags.years + done, total));
  progress.end();
  process.stdout.write(render(flags, years, bands));
}

function render(flags: EconomicsFlags, years: readonly ProjectedYear[], bands: readonly Band[]): string {
  if (flags.json === true) return `${JSON.stringify(toJson(flags, years, bands), null, 2)}\n`;
  if (flags.csv === true) return toCsv(years, bands);
  return flags.svg === true ? drawChart(years, bands, foundingTable) : toText(years, bands);
}

/** The founding rows that the projection reaches, with what was recomputed. */
function compare(years: readonly ProjectedYear[]) {
  return foundingTable
    .filter(({ year }) => year <= years.length)
    .map(({ year, published, remark }) => {
      const recomputed = year === 0 ? 1_000 : inMillions(years[year - 1]!.supply);
      return { year, published, recomputed, deviationPercent: round((recomputed / published - 1) * 100), remark };
    });
}

function toJson({ seed, runs }: EconomicsFlags, years: readonly ProjectedYear[], bands: readonly Band[]) {
  const row = ({ year, supply, emitted, burned }: ProjectedYear) => ({
    year,
    ...{ supply: supply.toString(), emitted: emitted.toString(), burned: burned.toString() },
    supplyMillions: inMillions(supply),
  });
  const band = ({ year, p5, p25, p50, p75, p95 }: Band) => ({
    year,
    ...{ p5: inMillions(p5), p25: inMillions(p25), p50: inMillions(p50), p75: inMillions(p75), p95: inMillions(p95) },
  });
  return { years: years.map(row), founding: compare(years), futures: { seed, runs, bandsMillions: bands.map(band) } };
}

function toCsv(years: readonly ProjectedYear[], bands: readonly Band[]): string {
  const lines = years.map(({ year, supply, emitted, burned }, i) => {
    const band = bands[i];
    const parts = band === undefined ? [] : [band.p5, band.p25, band.p50, band.p75, band.p95];
    return [year, ...[supply, emitted, burned, ...parts].map(inMillions)].join(",");
  });
  const head = "year,supply_millions,emitted_millions,burned_millions";
  return `${head}${bands.length === 0 ? "" : ",p5,p25,p50,p75,p95"}\n${lines.join("\n")}\n`;
}

function toText(years: readonly ProjectedYear[], bands: readonly Band[]): string {
  const cells = years.map(({ year, supply, emitted, burned }, i) => {
    const band = bands[i];
    const futures =
      band === undefined
        ? ""
        : `   ${pad(inMillions(band.p5))} ${pad(inMillions(band.p50))} ${pad(inMillions(band.p95))}`;
    return `${String(year).padStart(4)} ${pad(inMillions(supply))} ${pad(inMillions(emitted))} ${pad(inMillions(burned))}${futures}`;
  });
  const rows = compare(years).map(
    ({ year, published, recomputed, deviationPercent, remark }) =>
      `${String(year).padStart(4)} ${pad(published)} ${pad(recomputed)} ${`${deviationPercent} %`.padStart(9)}   ${remark}`,
  );
  return [
    "Supply of KRAT in millions: the normative model, every slot with a block, fees burned up to the ceiling",
    `year ${"supply".padStart(9)} ${"emitted".padStart(9)} ${"burned".padStart(9)}${bands.length === 0 ? "" : `   ${"5 %".padStart(9)} ${"median".padStart(9)} ${"95 %".padStart(9)}  of the futures`}`,
    ...cells,
    "",
    "Beside the founding table",
    `year ${"published".padStart(9)} ${"computed".padStart(9)} ${"deviation".padStart(9)}`,
    ...rows,
    "",
  ].join("\n");
}

function pad(millions: number): string {
  return millions.toFixed(1).padStart(9);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
