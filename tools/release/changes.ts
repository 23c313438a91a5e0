/** One commit as the log has it. */
export interface LogEntry {
  readonly subject: string;
  /** Files that it touched. */
  readonly paths: readonly string[];
}

/** Sections in the order in which a reader meets the parts. */
const SECTIONS: readonly (readonly [string, RegExp])[] = [
  ["Consensus and kernel", /^kernel\//],
  ["Chains", /^chains\//],
  ["Networking, storage and interfaces", /^adapters\//],
  ["SDK and protocol messages", /^clients\//],
  ["Programs", /^apps\//],
  ["Deployment", /^(deployments|flake|\.github|\.ci|tools\/(release|deployments|helm))/],
  ["Documentation", /^(docs|specs|examples|[A-Z]+\.md)/],
];
const REST = "Repository";

/**
 * Notes of a release from its commits: each under the part that most of its files are in.
 * @param entries newest first, as `git log` gives them
 * @returns Markdown
 */
export function changes(version: string, date: string, entries: readonly LogEntry[]): string {
  const bySection = new Map<string, string[]>();
  for (const entry of entries) {
    const section = sectionOf(entry);
    bySection.set(section, [...(bySection.get(section) ?? []), entry.subject]);
  }
  const sections = [...SECTIONS.map(([name]) => name), REST].flatMap((name) => {
    const subjects = bySection.get(name);
    return subjects === undefined ? [] : [`### ${name}\n\n${subjects.map((subject) => `- ${subject}`).join("\n")}\n`];
  });
  return [`## ${version} (${date})\n`, ...sections].join("\n");
}

/** Reads what `git log --format=%x1e%s%x1f --name-only` prints. */
export function parseLog(text: string): readonly LogEntry[] {
  return text
    .split("\u001e")
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const [subject, names = ""] = part.split("\u001f");
      return { subject: subject!.trim(), paths: names.split("\n").filter((name) => name !== "") };
    });
}

function sectionOf({ paths }: LogEntry): string {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const name = SECTIONS.find(([, pattern]) => pattern.test(path))?.[0] ?? REST;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  // Of two parts with as many files, the one that is named first.
  const order = [...SECTIONS.map(([name]) => name), REST];
  return order.toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))[0]!;
}
