import type { Problem, Repo, SourceFile } from "./repo.ts";

/** Lines a source file may have at most; the aim is about 90. */
const MAX_SOURCE_LINES = 400;
/** Tests are lists and may be longer. */
const MAX_TEST_LINES = 800;

/** Length of files, README of every package, barrels, docstrings on exports. */
export function checkShape(repo: Repo): Problem[] {
  const paths = new Set(repo.files.map((file) => file.path));
  const readmes = repo.packages
    .filter((pkg) => !paths.has(`${pkg.folder}/README.md`))
    .map((pkg) => ({
      rule: "readme",
      file: `${pkg.folder}/README.md`,
      line: 1,
      message: "every package has a README",
    }));
  return [
    ...readmes,
    ...repo.sources.flatMap((source) => [...checkLength(source), ...checkBarrel(source), ...checkDocs(source)]),
  ];
}

/** The median number of lines of the sources, for the reader of the report. */
export function medianLines(repo: Repo): number {
  const lengths = repo.sources.filter((source) => !source.isTest).map((source) => linesOf(source));
  return lengths.sort((a, b) => a - b)[Math.floor(lengths.length / 2)] ?? 0;
}

function linesOf(source: SourceFile): number {
  return source.text.split("\n").length - 1;
}

function checkLength(source: SourceFile): Problem[] {
  const lines = linesOf(source);
  const limit = source.isTest ? MAX_TEST_LINES : MAX_SOURCE_LINES;
  if (lines <= limit || source.path.includes(".generated.")) return [];
  return [
    { rule: "length", file: source.path, line: limit, message: `${lines} lines, at most ${limit}: split by operation` },
  ];
}

function checkBarrel(source: SourceFile): Problem[] {
  if (source.path.endsWith("/src/index.ts")) return [];
  const statements = source.code
    .replace(/\s+/g, " ")
    .split(";")
    .map((part) => part.trim());
  const reexports = statements.filter((part) => /^export (type )?(\*|\{[^}]*\}) ?(as \w+ )?from\b/.test(part));
  if (reexports.length === 0 || reexports.length < statements.filter((part) => part !== "").length) return [];
  return [{ rule: "barrel", file: source.path, line: 1, message: "only src/index.ts re-exports" }];
}

/** Every exported name carries a docstring directly above it. Overloads share the first one's. */
function checkDocs(source: SourceFile): Problem[] {
  if (source.isTest || source.path.endsWith("/src/index.ts")) return [];
  const lines = source.text.split("\n");
  const found: Problem[] = [];
  for (const [i, line] of lines.entries()) {
    const match =
      /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type) (\w+)/.exec(line);
    if (match === null) continue;
    const above = lines[i - 1]?.trim() ?? "";
    if (above.endsWith("*/") || above.startsWith(`export function ${match[1]}`)) continue;
    found.push({ rule: "docstring", file: source.path, line: i + 1, message: `${match[1]} has no docstring` });
  }
  return found;
}
