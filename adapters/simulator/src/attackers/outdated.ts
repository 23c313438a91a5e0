import type { Message } from "@polis/minimmit";
import type { Prng } from "../random/prng.ts";
import type { Attacker } from "./attacker.ts";

const MAX_KEPT = 400;
const PER_TICK = 4;

/** Repeats valid messages of the past, its own and certificates of others, and is often late with the present. */
export function outdated(prng: Prng): Attacker {
  const kept: Message[] = [];
  const keep = (message: Message): void => {
    if (kept.length < MAX_KEPT) kept.push(message);
    else kept[prng.below(MAX_KEPT)] = message;
  };
  return {
    name: "outdated",
    onSend: (_tools, message) => {
      keep(message);
      return prng.chance(400);
    },
    onReceive: (_tools, _from, message) => {
      if (message.kind === "certificate" || message.kind === "status") keep(message);
      return false;
    },
    onTick: (tools) => {
      for (let i = 0; i < PER_TICK && kept.length > 0; i++) {
        const message = prng.pick(kept);
        if (prng.chance(300)) tools.broadcast(message);
        else tools.send(prng.below(tools.n), message);
      }
    },
  };
}
