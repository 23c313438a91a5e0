import type { Attacker } from "./attacker.ts";
import { notarizeOf, rivalOf } from "./craft.ts";

/**
 * Proposes in views that it does not lead: as soon as the true proposal arrives it sends a rival, valid in everything but
 * its signer, together with votes for it.
 */
export function impersonator(): Attacker {
  return {
    name: "impersonator",
    onReceive: (tools, from, message) => {
      if (message.kind !== "propose" || from === tools.self) return false;
      const rival = rivalOf(tools, message, 1 + tools.prng.below(5));
      if (rival === undefined) return false;
      tools.broadcast(rival);
      const inspected = tools.ledger.inspect(rival.block);
      if (inspected.ok && tools.prng.chance(500)) {
        for (const keys of tools.conspirators)
          tools.broadcast(notarizeOf(tools, keys, rival.view, inspected.value.digest));
      }
      return false;
    },
  };
}
