/**
 * Finds the bad members of a group by halving (kairos K16): at most 2·c·(⌈log2 n⌉+1) checks for c bad ones.
 * @param group at least one member; known to be bad as a whole
 * @param check true when a subgroup is good as a whole; one member alone is good exactly when it is valid
 * @returns the bad members, in the order of the group
 */
export function bisect<T>(group: readonly T[], check: (subgroup: readonly T[]) => boolean): readonly T[] {
  if (group.length === 1) return group;
  const middle = group.length >> 1;
  const left = group.slice(0, middle);
  const right = group.slice(middle);
  if (check(left)) return bisect(right, check);
  const inLeft = bisect(left, check);
  return check(right) ? inLeft : [...inLeft, ...bisect(right, check)];
}
