import type { Prng } from "@polis/simulator";

/** How a node behaves. All but the honest ones count against the third that finality bears. */
export const ROLES = ["honest", "withholder", "twin", "doubleProducer", "skewed", "censor"] as const;

/** A way to behave. */
export type Role = (typeof ROLES)[number];

/** Fewer than a third misbehave, each in a way that the seed draws; or all of one way. */
export function drawRoles(n: number, attack: Role | "mixed", random: Prng): readonly Role[] {
  const most = (n - 1 - ((n - 1) % 3)) / 3;
  const bad = attack === "honest" ? 0 : most;
  const roles = Array.from({ length: n }, (_, i): Role => {
    if (i >= bad) return "honest";
    return attack === "mixed" ? random.pick(ROLES.slice(1)) : attack;
  });
  return random.shuffled(roles);
}

/** Length of a slot in virtual time. */
export const SLOT_MS = 6_000;

/** A node as far as its clock goes. */
export interface Clocked {
  readonly index: number;
  readonly role: Role;
  /** When a restart set its clock right; 0 before the first one. */
  clockSetMs: number;
}

/** How far a skewed clock is off at first: a part of a slot, and more than one, with which a leader is always too late. */
const SKEWS_MS = [4_000, 9_000, 14_000] as const;

/**
 * Milliseconds that a node's clock is behind the others, or before them when negative. A skewed one is seconds off from the
 * start; a restart sets it right. Its drift grows all the time.
 */
export function clockError({ role, index, clockSetMs }: Clocked, nowMs: number): number {
  if (role !== "skewed") return 0;
  const sinceMs = Math.max(0, nowMs - clockSetMs);
  const error = (clockSetMs === 0 ? SKEWS_MS[index % SKEWS_MS.length]! : 0) + (sinceMs - (sinceMs % 500)) / 500;
  return index % 2 === 0 ? error : -error;
}

/** The slot that a node's own clock shows. */
export function ownSlot(node: Clocked, nowMs: number): number {
  const shown = Math.max(0, nowMs - clockError(node, nowMs));
  return (shown - (shown % SLOT_MS)) / SLOT_MS;
}
