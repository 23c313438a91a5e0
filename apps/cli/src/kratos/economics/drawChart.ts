import type { ProjectedYear } from "@polis/kratos";
import { type Band, inMillions } from "./scenarios.ts";

const WIDTH = 900;
const HEIGHT = 480;
const LEFT = 70;
const RIGHT = 30;
const TOP = 50;
const BOTTOM = 50;

/** The supply over the years as an SVG: the normative line, the founding points beside it, and the bands of the futures. */
export function drawChart(
  years: readonly ProjectedYear[],
  bands: readonly Band[],
  published: readonly { readonly year: number; readonly published: number }[],
): string {
  const last = years.length;
  const supplies = [1_000, ...years.map(({ supply }) => inMillions(supply)), ...published.map((row) => row.published)];
  const all = [...supplies, ...bands.flatMap(({ p5, p95 }) => [inMillions(p5), inMillions(p95)])];
  const low = Math.floor(Math.min(...all) / 100) * 100;
  const high = Math.ceil(Math.max(...all) / 100) * 100;
  const x = (year: number) => LEFT + (year / last) * (WIDTH - LEFT - RIGHT);
  const y = (millions: number) => TOP + ((high - millions) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const point = (year: number, millions: number) => `${x(year).toFixed(1)},${y(millions).toFixed(1)}`;
  const area = (from: "p5" | "p25", to: "p95" | "p75", color: string) => {
    const up = bands.map((band) => point(band.year, inMillions(band[to])));
    const down = bands.toReversed().map((band) => point(band.year, inMillions(band[from])));
    const start = point(0, 1_000);
    return `<polygon points="${[start, ...up, ...down].join(" ")}" fill="${color}"/>`;
  };
  const line = [point(0, 1_000), ...years.map(({ year, supply }) => point(year, inMillions(supply)))].join(" ");
  const grid = steps(low, high, high - low > 1_000 ? 200 : 100).map(
    (value) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}" stroke="#d8dde3"/>` +
      `<text x="${LEFT - 8}" y="${y(value) + 4}" text-anchor="end">${value}</text>`,
  );
  const ticks = steps(0, last, last > 10 ? 5 : 1).map(
    (year) => `<text x="${x(year)}" y="${HEIGHT - BOTTOM + 22}" text-anchor="middle">${year}</text>`,
  );
  const dots = published
    .filter(({ year }) => year <= last)
    .map(
      ({ year, published: millions }) =>
        `<circle cx="${x(year)}" cy="${y(millions)}" r="4" fill="none" stroke="#b3261e" stroke-width="2"/>`,
    );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13" fill="#2b3440" role="img" aria-label="Supply of KRAT over ${last} years">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="26" font-size="17">Supply of KRAT, millions, by year</text>`,
    ...grid,
    ...ticks,
    ...(bands.length === 0 ? [] : [area("p5", "p95", "#e3ecf7"), area("p25", "p75", "#c4d8ef")]),
    `<polyline points="${line}" fill="none" stroke="#1f5fa8" stroke-width="2.5"/>`,
    ...dots,
    `<text x="${WIDTH - RIGHT}" y="26" text-anchor="end">line: normative model, circles: founding table${bands.length === 0 ? "" : ", bands: 5 to 95 % and 25 to 75 % of futures"}</text>`,
    "</svg>",
    "",
  ].join("\n");
}

function steps(from: number, to: number, by: number): number[] {
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, i) => from + i * by);
}
