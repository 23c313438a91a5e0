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
