import { quorumOf } from "../checkers/quorumTable.ts";
import { type DelayModel, drawDelay } from "../network/delays.ts";
import type { Prng } from "../random/prng.ts";
import type { Timeline } from "./timeline.ts";

/**
 * The protocol on paper, without a replica: everybody votes the moment it holds the proposal and its parent, M votes let
 * the next leader propose, L votes are final, certificates are forwarded at once, and nothing but distance costs time.
 */
export function idealRegions(n: number, views: number, delay: DelayModel, prng: Prng): Timeline {
  const { m, l } = quorumOf(n);
  const delayUs = (from: number, to: number) => (from === to ? 0 : drawDelay(delay, from, to, prng));
  const leaderOf = (view: number) => view % n;
  const proposedUs = new Map<number, number>();
  const finalUs = Array.from({ length: n }, () => new Map<number, number>());
  let held: number[] = new Array<number>(n).fill(0);
  let proposed = 0;
  for (let view = 1; view <= views + 1; view++) {
    proposedUs.set(view, proposed);
    const leader = leaderOf(view);
    const sent = proposed;
    const voted = held.map((parentHeld, i) => Math.max(parentHeld, sent + delayUs(leader, i)));
    const arrivals = voted.map((_, to) => voted.map((at, from) => at + delayUs(from, to)).sort((a, b) => a - b));
    const knowsM = arrivals.map((times) => times[m - 1]!);
    const knowsL = arrivals.map((times) => times[l - 1]!);
    for (let i = 0; i < n; i++) finalUs[i]!.set(view, firstToKnow(knowsL, i, delayUs));
    const next = leaderOf(view + 1);
    proposed = Math.max(firstToKnow(knowsM, next, delayUs), voted[next]!);
    held = voted;
  }
  return { leaderOf, proposedUs, finalUs, delayUs };
}

/** By its own count, or by the certificate of whoever knew first. */
function firstToKnow(knows: readonly number[], at: number, delayUs: (from: number, to: number) => number): number {
  return knows.reduce((best, known, from) => Math.min(best, known + delayUs(from, at)), knows[at]!);
}
