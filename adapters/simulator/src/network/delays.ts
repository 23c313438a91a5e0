import type { Prng } from "../random/prng.ts";
import { REGION_COUNT, regionDelay } from "../regions/regionLatency.ts";

/** How long one message takes on a link, in microseconds. */
export type DelayModel =
  | { readonly kind: "fixed"; readonly us: number }
  | { readonly kind: "uniform"; readonly minUs: number; readonly maxUs: number }
  /** A minimum plus a unit that doubles with probability one half, at most `maxDoublings` times. */
  | { readonly kind: "heavyTail"; readonly minUs: number; readonly unitUs: number; readonly maxDoublings: number }
  /**
   * Normal per pair of cloud regions, scaled to `perMille` of the published figures; replica i is in region
   * `regionOf[i]`, or i mod 10 when nothing is said.
   */
  | { readonly kind: "regions"; readonly perMille: number; readonly regionOf?: readonly number[] };

/** Draws the one-way delay of one message from validator `from` to validator `to`, in integer microseconds, at least 1. */
export function drawDelay(model: DelayModel, from: number, to: number, prng: Prng): number {
  switch (model.kind) {
    case "fixed":
      return Math.max(1, model.us);
    case "uniform":
      return Math.max(1, prng.between(model.minUs, model.maxUs));
    case "heavyTail": {
      let unit = model.unitUs;
      for (let i = 0; i < model.maxDoublings && prng.chance(500); i++) unit *= 2;
      return Math.max(1, model.minUs + prng.below(unit));
    }
    case "regions": {
      const regionOf = (index: number) => model.regionOf?.[index] ?? index % REGION_COUNT;
      const { meanUs, deviationUs } = regionDelay(regionOf(from), regionOf(to));
      const drawn = meanUs + Math.floor((deviationUs * prng.normal16()) / 65_536);
      return Math.max(1, Math.floor((drawn * model.perMille) / 1000));
    }
  }
}
