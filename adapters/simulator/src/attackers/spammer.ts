import type { Digest, View } from "@polis/codec";
import type { Attacker } from "./attacker.ts";
import { notarizeOf, nullifyOf } from "./craft.ts";

const PER_TICK = 12;

/** Floods: genuine votes for views far ahead and just ahead, for blocks that do not exist, and status requests. */
export function spammer(): Attacker {
  return {
    name: "spammer",
    onTick: (tools) => {
      const { prng } = tools;
      const target = prng.below(tools.n);
      for (let i = 0; i < PER_TICK; i++) {
        const ahead = prng.chance(500) ? prng.below(300) : prng.below(1_000_000);
        const view = (tools.replica.view + ahead) as View;
        const keys = prng.pick(tools.conspirators);
        const digest = prng.bytes(32).toHex() as Digest;
        const message = prng.chance(500) ? nullifyOf(tools, keys, view) : notarizeOf(tools, keys, view, digest);
        if (prng.chance(100)) tools.broadcast(message);
        else tools.send(target, message);
      }
      tools.send(target, { kind: "statusRequest", nonce: prng.bytes(32) });
    },
  };
}
