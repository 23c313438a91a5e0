import { readFileSync } from "node:fs";
import { join } from "node:path";

const page = join(import.meta.dirname, "../../../../../docs/runbooks.md");

/** One step of a runbook: a command with what stands before it. */
export interface Step {
  /** Variables that are set for this command alone. */
  readonly env: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/**
 * The commands of a section of docs/runbooks.md, block by block.
 * @throws Error when there is no such section
 */
export function runbook(title: string): readonly (readonly Step[])[] {
  const text = readFileSync(page, "utf8");
  const start = text.indexOf(`\n## ${title}\n`);
  if (start < 0) throw new Error(`docs/runbooks.md has no section ${title}`);
  const end = text.indexOf("\n## ", start + 1);
  const section = text.slice(start, end < 0 ? undefined : end);
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) =>
    block.split("\n").filter(Boolean).map(stepOf),
  );
}

/** All commands of the page. */
export function allSteps(): readonly Step[] {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
    block.split("\n").filter(Boolean).map(stepOf),
  );
}

function stepOf(line: string): Step {
  const words = line.split(" ");
  const at = words.findIndex((word) => !word.includes("="));
  const env = Object.fromEntries(words.slice(0, at).map((word) => word.split("=", 2) as [string, string]));
  return { env, words: words.slice(at) };
}
