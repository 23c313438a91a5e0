import type { SimNetwork } from "../run/buildNetwork.ts";
import type { Absence } from "../run/options.ts";

const STEP_US = 50_000;
/** The schedule gives up after this much virtual time. */
const MAX_MS = 120_000;
const WARM_UP_MS = 500;

/**
 * A long stretch of views that f honest laggards miss because they are cut off, while the faulty replicas take part, so
 * that the gate of R4 stays open (testing T20): nullified ones, in which no proposal arrives anywhere, or finalized ones.
 * Then the faulty ones die for good, and every honest replica is needed for finality. After the first kind a proposal
 * cannot carry all its proofs (R7, R12); after the second the blocks fill several pages (R28, testing T11).
 */
export function runAbsence(built: SimNetwork, { kind, views }: Absence): { readonly count: number } {
  const { world, network, nodes, honest, f } = built;
  world.runUntil(WARM_UP_MS * 1000);
  const laggards = new Set(honest.slice(0, f).map((node) => node.id));
  network.cut((from, to) => laggards.has(from.id) !== laggards.has(to.id));
  if (kind === "nullified") for (const node of nodes) node.filter = (_from, message) => message.kind === "propose";
  const watched = honest[honest.length - 1];
  const goal = (watched?.replica?.view ?? 0) + views;
  while (!world.stopped && world.nowMs < MAX_MS && (watched?.replica?.view ?? 0) < goal) {
    world.runUntil(world.nowUs + STEP_US);
  }
  for (const node of nodes) {
    node.filter = undefined;
    if (!node.faulty) continue;
    node.retired = true;
    node.crash();
  }
  return { count: 0 };
}
