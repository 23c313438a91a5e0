import type { Prng } from "../random/prng.ts";
import type { Attacker } from "./attacker.ts";

const MAKERS: Readonly<Record<string, (prng: Prng) => Attacker>> = {};

/** Names of all attackers but twins, sorted. */
export const ATTACKER_NAMES: readonly string[] = Object.keys(MAKERS).sort((a, b) => (a < b ? -1 : 1));

/** Makes an attacker by name. Throws a RangeError for an unknown one. */
export function attackerNamed(name: string, prng: Prng): Attacker {
  const make = MAKERS[name];
  if (make === undefined) throw new RangeError(`no attacker is called ${name}`);
  return make(prng);
}
