/** Gives an integer from 0 to `below` − 1, all equally likely. Where it comes from is the host's affair. */
export type RandomBelow = (below: number) => number;

/** A copy in random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: RandomBelow): T[] {
  const copy = [...items];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}
