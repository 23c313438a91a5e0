import { readFileSync, writeFileSync } from "node:fs";
import { UserError } from "../errors.ts";

const BEGIN = "<!-- bench:begin -->";
const END = "<!-- bench:end -->";

/**
 * Replaces what stands between the markers of a Markdown file.
 * @param table the new content, without markers
 * @throws UserError when the file cannot be read or has no markers
 */
export function writeReport(file: string, table: string): void {
  writeFileSync(file, replaceBetweenMarkers(readTemplate(file), table));
}

/**
 * Puts the rows of a run of some benchmarks into the table of an earlier run: rows of the same name are replaced where they
 * stand, new ones come last, and the rest stays.
 * @throws UserError as `writeReport`
 */
export function mergeReport(file: string, table: string): void {
  const text = readTemplate(file);
  const { from, to } = markersOf(text)!;
  const earlier = text.slice(from, to).trim().split("\n");
  const fresh = new Map(
    table
      .split("\n")
      .filter(isRow)
      .map((line) => [nameOf(line), line]),
  );
  const lines = earlier.map((line) => take(fresh, line) ?? line);
  writeFileSync(file, replaceBetweenMarkers(text, [...lines, ...fresh.values()].join("\n")));
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
export function readTemplate(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new UserError("BENCH_FILE", `cannot read ${file}`, `create it with the lines ${BEGIN} and ${END}`, { cause });
  }
  if (markersOf(text) === undefined) {
    const hint = `put the lines ${BEGIN} and ${END}, once each and in this order, where the table belongs`;
    throw new UserError("BENCH_MARKERS", `${file} has no place for the table`, hint);
  }
  return text;
}

/**
 * @returns the text with `table` between the markers, everything outside them unchanged; running it twice gives the same
 * @throws Error when the markers are not there exactly once and in order
 */
export function replaceBetweenMarkers(text: string, table: string): string {
  const markers = markersOf(text);
  if (markers === undefined) throw new Error("the text has no markers");
  return `${text.slice(0, markers.from)}\n\n${table}\n\n${text.slice(markers.to)}`;
}

function markersOf(text: string): { readonly from: number; readonly to: number } | undefined {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  const once = begin === text.lastIndexOf(BEGIN) && end === text.lastIndexOf(END);
  return begin < 0 || end < begin || !once ? undefined : { from: begin + BEGIN.length, to: end };
}
