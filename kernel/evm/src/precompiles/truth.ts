/** A verdict as a word, 1 or 0; undefined stays undefined. */
export function truth(verdict: boolean | undefined): Uint8Array | undefined {
  if (verdict === undefined) return undefined;
  const word = new Uint8Array(32);
  word[31] = verdict ? 1 : 0;
  return word;
}
