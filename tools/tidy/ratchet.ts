import { readFileSync, writeFileSync } from "node:fs";
import type { Problem } from "./repo.ts";

/** Exceptions still allowed: rule, then file, then how many. They may only shrink. */
export type Ratchet = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What is left after the exceptions. */
export interface Verdict {
  /** Every problem of a file that has more of them than its exception allows. */
  readonly over: readonly Problem[];
  /** Exceptions that allow more than there is, as "rule file allowed actual". */
  readonly loose: readonly string[];
}

/** Reads a ratchet file. Throws when it is absent or not JSON. */
export function readRatchet(path: string): Ratchet {
  return JSON.parse(readFileSync(path, "utf8")) as Ratchet;
}

/** Compares the problems found with the exceptions. */
export function judge(problems: readonly Problem[], ratchet: Ratchet): Verdict {
  const groups = Map.groupBy(problems, (problem) => `${problem.rule} ${problem.file}`);
  const over = [...groups.values()]
    .filter((group) => group.length > (ratchet[group[0]!.rule]?.[group[0]!.file] ?? 0))
    .flat();
  const loose = Object.entries(ratchet).flatMap(([rule, files]) =>
    Object.entries(files).flatMap(([file, allowed]) => {
      const actual = groups.get(`${rule} ${file}`)?.length ?? 0;
      return actual < allowed ? [`${rule} ${file} ${allowed} ${actual}`] : [];
    }),
  );
  return { over, loose };
}

/** Lowers every exception to what is found; never raises one and never adds one. */
export function shrink(path: string, problems: readonly Problem[]): void {
  const groups = Map.groupBy(problems, (problem) => `${problem.rule} ${problem.file}`);
  const smaller = Object.entries(readRatchet(path)).map(([rule, files]) => [
    rule,
    Object.fromEntries(
      Object.entries(files)
        .map(([file, allowed]): [string, number] => [
          file,
          Math.min(allowed, groups.get(`${rule} ${file}`)?.length ?? 0),
        ])
        .filter(([, allowed]) => allowed > 0),
    ),
  ]);
  writeFileSync(path, `${JSON.stringify(Object.fromEntries(smaller), null, 2)}\n`);
}
