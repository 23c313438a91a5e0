import { createPrng, type Prng } from "../random/prng.ts";

/** Replicas of a case: six validators, and the twin of the faulty one as node 6. */
export const TWIN_NODES = 7;
/** Rounds under attack: views 1 to 4. */
export const TWIN_ROUNDS = 4;
/** Groups that a round may have. */
const MAX_GROUPS = 3;
/** Positions of the twins in the order of leaders: the round they lead, or 4 for none. */
const POSITIONS = TWIN_ROUNDS + 1;

/** One systematic case (testing 8.1): who is doubled, and who can hear whom in each round. */
export interface TwinsCase {
  /** The validator that runs twice; leader of view v is v mod 6, so 1 to 4 lead a round under attack and 5 does not. */
  readonly twin: number;
  /** Per round the group of each node; nodes of one group hear each other's messages of that view. */
  readonly groups: readonly (readonly number[])[];
}

/** All partitions of the nodes into at most three groups, each once: groups are numbered in order of appearance. */
function partitions(): readonly (readonly number[])[] {
  let found: number[][] = [[0]];
  for (let node = 1; node < TWIN_NODES; node++) {
    found = found.flatMap((groups) => {
      const next = Math.min(MAX_GROUPS, Math.max(...groups) + 2);
      return Array.from({ length: next }, (_, group) => [...groups, group]);
    });
  }
  return found;
}

const PARTITIONS = partitions();

/** Cases before symmetry: 5 positions of the twins and 365 partitions in each of 4 rounds, 8.9e10 in all. */
export const TWIN_CASES = POSITIONS * PARTITIONS.length ** TWIN_ROUNDS;

/**
 * Draws `count` cases uniformly and without replacement from all classes: correct validators that lead no round under
 * attack are interchangeable, and so are the two twins, so only one case of each class is taken.
 */
export function drawTwinsCases(count: number, seed: number): TwinsCase[] {
  const prng = createPrng(seed, 8);
  const cases = new Map<string, TwinsCase>();
  while (cases.size < count) {
    const drawn = draw(prng);
    if (isRepresentative(drawn)) cases.set(JSON.stringify(drawn), drawn);
  }
  return [...cases.values()];
}

function draw(prng: Prng): TwinsCase {
  const groups = Array.from({ length: TWIN_ROUNDS }, () => prng.pick(PARTITIONS));
  return { twin: 1 + prng.below(POSITIONS), groups };
}

/** Exchanging interchangeable nodes gives an equivalent case; of those the first in order counts. */
export function isRepresentative({ twin, groups }: TwinsCase): boolean {
  const twins = swapped(groups, twin, TWIN_NODES - 1);
  if (compare(groups, twins) > 0) return false;
  // Validators 0 and 5 lead no round under attack.
  if (twin === 5) return true;
  return compare(groups, swapped(groups, 0, 5)) <= 0 && compare(groups, swapped(twins, 0, 5)) <= 0;
}

/** The same rounds with two nodes exchanged, groups numbered in order of appearance again. */
function swapped(groups: TwinsCase["groups"], a: number, b: number): readonly (readonly number[])[] {
  return groups.map((round) => {
    const exchanged = round.map((group, node) => (node === a ? round[b]! : node === b ? round[a]! : group));
    const names: number[] = [];
    return exchanged.map((group) => {
      if (!names.includes(group)) names.push(group);
      return names.indexOf(group);
    });
  });
}

function compare(a: TwinsCase["groups"], b: TwinsCase["groups"]): number {
  for (const [round, groups] of a.entries()) {
    for (const [node, group] of groups.entries()) {
      const other = b[round]![node]!;
      if (group !== other) return group - other;
    }
  }
  return 0;
}
