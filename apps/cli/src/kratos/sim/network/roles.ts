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

/** Milliseconds that a node's clock is off: seconds from the start, and a drift that grows. */
export function clockError(role: Role, nowMs: number): number {
  return role === "skewed" ? 4_000 + (nowMs - (nowMs % 500)) / 500 : 0;
}
