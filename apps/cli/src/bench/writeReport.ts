import { readFileSync, writeFileSync } from "node:fs";
import { UserError } from "../errors.ts";

/** Which table of a file is meant: each program has its own markers. */
export type BenchTable = "bench" | "kratos-bench";

const beginOf = (table: BenchTable) => `<!-- ${table}:begin -->`;
const endOf = (table: BenchTable) => `<!-- ${table}:end -->`;

/**
 * Replaces what stands between the markers of a Markdown file.
 * @param rows the new content, without markers
 * @throws UserError when the file cannot be read or has no markers
 */
export function writeReport(file: string, rows: string, table: BenchTable = "bench"): void {
  writeFileSync(file, replaceBetweenMarkers(readTemplate(file, table), rows, table));
}

/**
 * Puts the rows of a run of some benchmarks into the table of an earlier run: rows of the same name are replaced where they
 * stand, new ones come last, and the rest stays.
 * @throws UserError as `writeReport`
 */
export function mergeReport(file: string, rows: string, table: BenchTable = "bench"): void {
  const text = readTemplate(file, table);
  const { from, to } = markersOf(text, table)!;
  const earlier = text.slice(from, to).trim().split("\n");
  // A table without a head is one that nobody has measured yet.
  if (!earlier.some((line) => line.startsWith("| Work |"))) {
    writeReport(file, rows, table);
    return;
  }
  const fresh = new Map(
    rows
      .split("\n")
      .filter(isRow)
      .map((line) => [nameOf(line), line]),
  );
  const lines = earlier.map((line) => take(fresh, line) ?? line);
  writeFileSync(file, replaceBetweenMarkers(text, [...lines, ...fresh.values()].join("\n"), table));
}

function take(fresh: Map<string, string>, line: string): string | undefined {
  const found = isRow(line) ? fresh.get(nameOf(line)) : undefined;
  if (found !== undefined) fresh.delete(nameOf(line));
  return found;
}

/** A line of the table that is neither its head nor the rule below it. */
function isRow(line: string): boolean {
  return line.startsWith("| ") && !line.startsWith("| Work |") && !line.startsWith("| ---");
}

function nameOf(line: string): string {
  return line.split("|")[1]!.trim();
}

/** The file's text, checked for its markers. @throws UserError as `writeReport` */
export function readTemplate(file: string, table: BenchTable = "bench"): string {
  const [begin, end] = [beginOf(table), endOf(table)];
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new UserError("BENCH_FILE", `cannot read ${file}`, `create it with the lines ${begin} and ${end}`, { cause });
  }
  if (markersOf(text, table) === undefined) {
    const hint = `put the lines ${begin} and ${end}, once each and in this order, where the table belongs`;
    throw new UserError("BENCH_MARKERS", `${file} has no place for the table`, hint);
  }
  return text;
}

/**
 * @returns the text with `rows` between the markers, everything outside them unchanged; running it twice gives the same
 * @throws Error when the markers are not there exactly once and in order
 */
export function replaceBetweenMarkers(text: string, rows: string, table: BenchTable = "bench"): string {
  const markers = markersOf(text, table);
  if (markers === undefined) throw new Error("the text has no markers");
  return `${text.slice(0, markers.from)}\n\n${rows}\n\n${text.slice(markers.to)}`;
}

function markersOf(text: string, table: BenchTable): { readonly from: number; readonly to: number } | undefined {
  const [opening, closing] = [beginOf(table), endOf(table)];
  const [begin, end] = [text.indexOf(opening), text.indexOf(closing)];
  const once = begin === text.lastIndexOf(opening) && end === text.lastIndexOf(closing);
  return begin < 0 || end < begin || !once ? undefined : { from: begin + opening.length, to: end };
}
