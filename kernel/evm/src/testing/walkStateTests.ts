import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { createEvm } from "../createEvm.ts";
import type { Evm } from "../seam/evm.ts";
import type { Fork } from "../seam/rules.ts";
import { jsonFiles } from "./jsonFiles.ts";
import { runStateTest } from "./runStateTest.ts";
import { readStateTests, type StateTestCase } from "./stateTestFile.ts";

/** What to run of a directory. */
export interface StateTestChoice {
  readonly fork?: Fork | undefined;
  /** Part of "file name"; cases without it are left out. */
  readonly filter?: string | undefined;
  /** Part of a path; files with it are left out. */
  readonly without?: readonly string[];
}

/** One case that did not pass. */
export interface StateTestFailure {
  readonly file: string;
  readonly name: string;
  readonly why: string;
}

/** Totals of a directory. */
export interface StateTestTally {
  passed: number;
  /** JSON files that hold something else. */
  otherFiles: number;
  readonly failures: StateTestFailure[];
}

/** What a caller hears while the tests run. */
export interface StateTestListener {
  onFile?(file: string, at: number, of: number): void;
  onFailure?(failure: StateTestFailure): void;
}

/** Runs the state tests of all JSON files below a directory, in order of their paths, with one engine per fork. */
export function walkStateTests(root: string, choice: StateTestChoice = {}, listener: StateTestListener = {}) {
  const evms = new Map<Fork, Evm>();
  const tally: StateTestTally = { passed: 0, otherFiles: 0, failures: [] };
  const files = jsonFiles(root).filter((path) => !choice.without?.some((part) => path.includes(part)));
  for (const [at, path] of files.entries()) {
    const file = relative(root, path);
    listener.onFile?.(file, at, files.length);
    const cases = readStateTests(readFileSync(path, "utf8"), choice.fork);
    if (cases === undefined) tally.otherFiles++;
    for (const testCase of cases ?? []) {
      const { name, fork } = testCase;
      if (choice.filter !== undefined && !`${file} ${name}`.includes(choice.filter)) continue;
      const why = outcome(engineOf(evms, fork), testCase);
      if (why === undefined) tally.passed++;
      else {
        tally.failures.push({ file, name, why });
        listener.onFailure?.({ file, name, why });
      }
    }
  }
  return tally;
}

function engineOf(evms: Map<Fork, Evm>, fork: Fork): Evm {
  let evm = evms.get(fork);
  if (evm === undefined) {
    evm = createEvm({ fork, fees: "burnAndTip" });
    evms.set(fork, evm);
  }
  return evm;
}

/** An exception of the engine is a failure of the case: no test may cause one. */
function outcome(evm: Evm, testCase: StateTestCase): string | undefined {
  try {
    return runStateTest(evm, testCase);
  } catch (error) {
    return `engine error: ${error instanceof Error ? error.stack?.split("\n").slice(0, 4).join(" ") : String(error)}`;
  }
}
