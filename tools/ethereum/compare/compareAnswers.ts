/** One place where two answers differ. */
export interface Difference {
  /** The request's name. */
  readonly request: string;
  /** Where, as `result.logs[].data`; array positions are not told apart. */
  readonly path: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** A difference that is meant, by patterns in which `*` stands for anything. */
export interface Accepted {
  readonly requests: readonly string[];
  /** Paths; everything below a path is meant too. */
  readonly paths: readonly string[];
  readonly reason: string;
}

const FACE = "0x3600000000000000000000000000000000000000";

/**
 * Compares two JSON values field by field. Hex strings are compared without regard to case. Logs of the USDC face that
 * only we have are one difference each, with `[face]` at the end of the path; the logs around them are compared as if
 * they were not there.
 */
export function compareAnswers(request: string, ours: unknown, theirs: unknown, path = ""): Difference[] {
  if (isObject(ours) && isObject(theirs)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort();
    return keys.flatMap((key) => compareAnswers(request, ours[key], theirs[key], path === "" ? key : `${path}.${key}`));
  }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    const shared = ours.filter((item) => !isFaceLog(item));
    const length = Math.max(shared.length, theirs.length);
    const differences = Array.from({ length }, (_, i) => compareAnswers(request, shared[i], theirs[i], `${path}[]`));
    const logs = ours
      .filter(isFaceLog)
      .map((log) => ({ request, path: `${path}[face]`, ours: log, theirs: undefined }));
    return [...logs, ...differences.flat()];
  }
  return same(ours, theirs) ? [] : [{ request, path, ours, theirs }];
}

/**
 * Takes away what is meant.
 *
 * @returns the differences that nobody has explained, and the explanations that explain nothing
 */
export function judgeDifferences(
  found: readonly Difference[],
  accepted: readonly Accepted[],
): { readonly unexplained: readonly Difference[]; readonly unused: readonly Accepted[] } {
  const used = new Set<Accepted>();
  const unexplained = found.filter((difference) => {
    const reasons = accepted.filter((entry) => covers(entry, difference));
    for (const reason of reasons) used.add(reason);
    return reasons.length === 0;
  });
  return { unexplained, unused: accepted.filter((entry) => !used.has(entry)) };
}

function covers({ requests, paths }: Accepted, { request, path }: Difference): boolean {
  const below = (pattern: string) => [pattern, `${pattern}.*`, `${pattern}[]*`];
  return requests.some((one) => matches(one, request)) && paths.flatMap(below).some((one) => matches(one, path));
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.[\]()+?^$|\\{}]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFaceLog(item: unknown): boolean {
  return isObject(item) && item.address === FACE && Array.isArray(item.topics);
}

function same(ours: unknown, theirs: unknown): boolean {
  if (typeof ours === "string" && typeof theirs === "string") return ours.toLowerCase() === theirs.toLowerCase();
  return ours === theirs;
}
