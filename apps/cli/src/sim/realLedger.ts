import { mockScheme, profileOf, type SeedOverrides } from "@polis/simulator";
import { kairosLedgerSetup } from "./kairosLedgerSetup.ts";

/**
 * What a seed needs to run with the real ledger: a network of the seed's size, with leaders in turn where the seed would
 * draw them. Drawn leaders need a genesis with a group key, which only the stand-in does without.
 * @param n validators; chosen by the seed when undefined
 */
export function realLedger(seed: number, n: number | undefined): SeedOverrides {
  const profile = profileOf(seed);
  const size = n ?? profile.n;
  const inTurn = profile.consensus?.randomness === "seed" ? { consensus: {}, schemes: mockScheme } : {};
  return { n: size, ledger: kairosLedgerSetup(size), ...inTurn };
}
