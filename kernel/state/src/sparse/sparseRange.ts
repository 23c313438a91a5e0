import { type Digest, type Fault, fault, ok, type Result } from "@polis/codec";
import type { StateFaultCode } from "../errors.ts";
import { bitAt, innerHash, leafOf, noEntries } from "./node.ts";

/** Siblings of the paths to the first and to the last entry of a range, from the root downwards (kratos-core 12.12). */
export interface SparseBorders {
  readonly first: readonly Digest[];
  readonly last: readonly Digest[];
}

/** What a proven range covers. */
export interface SparseRange {
  /** Nothing lies before its first entry. */
  readonly beginsTree: boolean;
  /** Nothing lies behind its last entry. */
  readonly endsTree: boolean;
}

/** An entry by the hashes of its key and its value. */
export interface HashedEntry {
  readonly key: Digest;
  readonly value: Digest;
}

const MAX_DEPTH = 256;

/**
 * Checks that these entries, and no others between the first and the last, are in the tree of a root. Total on what a peer
 * sent.
 * @param entries at least one, in ascending order of their keys' hashes
 */
export function verifySparseRange(
  root: Digest,
  entries: readonly HashedEntry[],
  borders: SparseBorders,
): Result<SparseRange, Fault<StateFaultCode>> {
  const { first, last } = borders;
  if (first.length > MAX_DEPTH || last.length > MAX_DEPTH) return fault("PROOF_TOO_LONG");
  if (entries.length === 0 || entries.some(({ key }, i) => i > 0 && key <= entries[i - 1]!.key)) {
    return fault("PROOF_MALFORMED");
  }
  const [low, high] = [entries[0]!.key, entries.at(-1)!.key];
  const hash = edgeHash({ entries, borders, low, high }, 0, entries, true, true);
  if (hash === undefined) return fault("PROOF_MALFORMED");
  if (hash !== root) return fault("PROOF_HASH");
  const isEmpty = (siblings: readonly Digest[], key: Digest, side: 0 | 1) =>
    siblings.every((sibling, depth) => bitAt(key, depth) === side || sibling === noEntries);
  return ok({ beginsTree: isEmpty(first, low, 0), endsTree: isEmpty(last, high, 1) });
}

interface Range {
  readonly entries: readonly HashedEntry[];
  readonly borders: SparseBorders;
  readonly low: Digest;
  readonly high: Digest;
}

/** The root of the subtree on the path to the first entry, the last one, or both. Undefined where a path ends too early. */
function edgeHash(
  range: Range,
  depth: number,
  here: readonly HashedEntry[],
  onFirst: boolean,
  onLast: boolean,
): Digest | undefined {
  if (!onFirst && !onLast) return coveredHash(here, depth);
  const { borders, low, high } = range;
  const firstEnds = onFirst && depth === borders.first.length;
  const lastEnds = onLast && depth === borders.last.length;
  if (firstEnds || lastEnds) {
    // Where both borders pass they are one path, which ends once.
    const isLeaf = here.length === 1 && firstEnds === onFirst && lastEnds === onLast;
    return isLeaf ? leafOf(here[0]!.key, here[0]!.value).hash : undefined;
  }
  if (depth >= MAX_DEPTH) return undefined;
  const at = here.findIndex(({ key }) => bitAt(key, depth) === 1);
  const [zeros, ones] = at < 0 ? [here, []] : [here.slice(0, at), here.slice(at)];
  const firstGoesRight = onFirst && bitAt(low, depth) === 1;
  const lastGoesLeft = onLast && bitAt(high, depth) === 0;
  const left = firstGoesRight
    ? borders.first[depth]!
    : edgeHash(range, depth + 1, zeros, onFirst, onLast && lastGoesLeft);
  const right = lastGoesLeft
    ? borders.last[depth]!
    : edgeHash(range, depth + 1, ones, onFirst && firstGoesRight, onLast);
  if (left === undefined || right === undefined) return undefined;
  // Siblings that the entries themselves give must be those, so that a proof has one form.
  if (onFirst && borders.first[depth] !== (firstGoesRight ? left : right)) return undefined;
  if (onLast && borders.last[depth] !== (lastGoesLeft ? right : left)) return undefined;
  return innerHash(left, right);
}

/** The root of a subtree of which every entry is here: the definition of kratos-core 3.3. */
function coveredHash(here: readonly HashedEntry[], depth: number): Digest {
  if (here.length === 0) return noEntries;
  if (here.length === 1) return leafOf(here[0]!.key, here[0]!.value).hash;
  const at = here.findIndex(({ key }) => bitAt(key, depth) === 1);
  const [zeros, ones] = at < 0 ? [here, []] : [here.slice(0, at), here.slice(at)];
  return innerHash(coveredHash(zeros, depth + 1), coveredHash(ones, depth + 1));
}
