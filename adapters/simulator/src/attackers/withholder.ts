import type { Prng } from "../random/prng.ts";
import type { Attacker } from "./attacker.ts";
import { othersOf } from "./craft.ts";

/**
 * Sends its proposal to exactly some of the others, often to just as many as make a notarization with the faulty votes
 * (testing T5), and never gives a body to those that ask.
 */
export function withholder(prng: Prng): Attacker {
  const few = prng.chance(700);
  return {
    name: "withholder",
    onSend: (tools, message, to) => {
      if (message.kind === "certificate") return prng.chance(300);
      if (message.kind !== "propose" || to !== undefined) return false;
      const count = few ? tools.f + prng.below(3) : prng.below(tools.n);
      for (const other of othersOf(tools).slice(0, count)) tools.send(other, message);
      return true;
    },
    onRequest: (tools, from, requestId, request) => {
      if (request.kind === "certificates" && prng.chance(500)) return false;
      if (prng.chance(500)) tools.reply(from, requestId, { kind: "notFound" });
      return true;
    },
  };
}
