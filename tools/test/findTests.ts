import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Test files by the way they run. Paths from the root. */
export interface Found {
  /** `*.test.ts`, two at a time. */
  readonly together: readonly string[];
  /** `*.full.ts`, one at a time: they measure, or use the whole machine. */
  readonly alone: readonly string[];
}

const SKIPPED_FOLDERS = new Set(["node_modules", ".git", ".polis", "coverage", "tmp"]);

/** Finds the test files of a tier whose path contains one of `only`, or all of them when `only` is empty. */
export function findTests(root: string, tier: "fast" | "full", only: readonly string[]): Found {
  const wanted = (path: string) => only.length === 0 || only.some((part) => path.includes(part));
  const paths = walk(root, "").filter(wanted).sort();
  return {
    together: paths.filter((path) => path.endsWith(".test.ts")),
    alone: tier === "full" ? paths.filter((path) => path.endsWith(".full.ts")) : [],
  };
}

function walk(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : walk(root, path);
    return [path];
  });
}
