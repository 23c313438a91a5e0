import type { Prng } from "../random/prng.ts";
import type { Attacker } from "./attacker.ts";

/** Listens and never speaks, as a crashed replica; in half of the cases it first takes part for a while. */
export function silent(prng: Prng): Attacker {
  let ticks = prng.chance(500) ? 0 : prng.between(10, 100);
  return {
    name: "silent",
    onTick: () => {
      if (ticks > 0) ticks--;
    },
    onSend: () => ticks === 0,
    onRequest: () => ticks === 0,
  };
}
