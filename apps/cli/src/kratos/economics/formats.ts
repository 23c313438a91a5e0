import type { ProjectedYear } from "@polis/kratos";
import { foundingFigures, foundingTable } from "./foundingTable.ts";
import { type Band, inMillions, type Scenario } from "./scenarios.ts";

/** What was projected. */
export interface Projection {
  readonly years: readonly ProjectedYear[];
  readonly scenarios: readonly Scenario[];
  readonly seed: number;
  readonly runs: number;
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

/** One JSON object; supplies as decimal texts in base units, and in millions of KRAT. */
export function toJson({ years, scenarios, seed, runs }: Projection): string {
  const row = ({ year, supply, emitted, burned }: ProjectedYear) => ({
    year,
    ...{ supply: supply.toString(), emitted: emitted.toString(), burned: burned.toString() },
    supplyMillions: inMillions(supply),
  });
  const bands = (of: readonly Band[]) =>
    of.map(({ year, p5, p25, p50, p75, p95 }) => ({
      year,
      ...{ p5: inMillions(p5), p25: inMillions(p25), p50: inMillions(p50), p75: inMillions(p75), p95: inMillions(p95) },
    }));
  const data = {
    years: years.map(row),
    founding: compare(years),
    figures: foundingFigures(years),
    futures: {
      ...{ seed, runs },
      scenarios: scenarios.map(({ name, varies, bands: of }) => ({ name, varies, bandsMillions: bands(of) })),
    },
  };
  return `${JSON.stringify(data, null, 2)}\n`;
}

/** A line for each year, with the percentiles of every scenario; millions of KRAT. */
export function toCsv({ years, scenarios }: Projection): string {
  const parts = ["p5", "p25", "p50", "p75", "p95"] as const;
  const head = [
    ...["year", "supply_millions", "emitted_millions", "burned_millions"],
    ...scenarios.flatMap(({ name }) => parts.map((part) => `${name}_${part}`)),
  ];
  const lines = years.map(({ year, supply, emitted, burned }, i) => {
    const futures = scenarios.flatMap(({ bands }) => parts.map((part) => bands[i]![part]));
    return [year, ...[supply, emitted, burned, ...futures].map(inMillions)].join(",");
  });
  return `${[head.join(","), ...lines].join("\n")}\n`;
}

/** Tables for people. */
export function toText({ years, scenarios, runs }: Projection): string {
  const [together] = scenarios;
  const cells = years.map(({ year, supply, emitted, burned }, i) => {
    const band = together?.bands[i];
    const futures = band === undefined ? "" : `   ${[band.p5, band.p50, band.p95].map(cell).join(" ")}`;
    return `${String(year).padStart(4)} ${[supply, emitted, burned].map(cell).join(" ")}${futures}`;
  });
  const heads = together === undefined ? "" : `   ${heading("5 %", "median", "95 %")}  of the futures`;
  return [
    "Supply of KRAT in millions: the normative model, every slot with a block, fees burned up to the ceiling",
    `year ${heading("supply", "emitted", "burned")}${heads}`,
    ...cells,
    "",
    ...foundingLines(years),
    "",
    ...(scenarios.length === 0 ? [] : scenarioLines(scenarios, years.length, runs)),
  ].join("\n");
}

function foundingLines(years: readonly ProjectedYear[]): readonly string[] {
  const rows = compare(years).map(
    ({ year, published, recomputed, deviationPercent, remark }) =>
      `${String(year).padStart(4)} ${pad(published)} ${pad(recomputed)} ${`${deviationPercent} %`.padStart(9)}   ${remark}`,
  );
  const figures = foundingFigures(years).map(
    ({ what, published, recomputed, remark }) =>
      `${what.padEnd(31)} ${published.padStart(10)}  ${recomputed.padEnd(21)} ${remark}`,
  );
  return [
    "Beside the founding table",
    `year ${heading("published", "computed", "deviation")}`,
    ...rows.map((row) => row.trimEnd()),
    "",
    `${"Other founding figures".padEnd(31)}  published  computed`,
    ...figures.map((row) => row.trimEnd()),
  ];
}

function scenarioLines(scenarios: readonly Scenario[], year: number, runs: number): readonly string[] {
  const rows = scenarios.map(({ name, varies, bands }) => {
    const { p5, p25, p50, p75, p95 } = bands.at(-1)!;
    return `${name.padEnd(14)} ${[p5, p25, p50, p75, p95].map(cell).join(" ")}   ${varies}`;
  });
  return [
    `Supply at the end of year ${year} in ${runs} futures of each scenario`,
    `${"drawn".padEnd(14)} ${heading("5 %", "25 %", "median", "75 %", "95 %")}`,
    ...rows,
    "A network with fewer than 50 validators, or without 90 % of its blocks, stays in Bootstrap and at 6.5 % (10.3).",
    "",
  ];
}

function heading(...names: readonly string[]): string {
  return names.map((name) => name.padStart(9)).join(" ");
}

function cell(amount: bigint): string {
  return pad(inMillions(amount));
}

function pad(millions: number): string {
  return millions.toFixed(1).padStart(9);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
