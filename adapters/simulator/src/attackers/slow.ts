import type { Message, Peer } from "@polis/minimmit";
import type { Prng } from "../random/prng.ts";
import type { Attacker } from "./attacker.ts";

const MAX_WAITING = 2000;

/** Says everything correctly and late: each word waits 100 ms to 2 s. */
export function slow(prng: Prng): Attacker {
  let waiting: { readonly dueMs: number; readonly message: Message; readonly to: Peer | undefined }[] = [];
  const base = prng.between(100, 1500);
  return {
    name: "slow",
    onSend: (tools, message, to) => {
      if (waiting.length < MAX_WAITING) waiting.push({ dueMs: tools.nowMs() + base + prng.below(500), message, to });
      return true;
    },
    onTick: (tools) => {
      const now = tools.nowMs();
      for (const { dueMs, message, to } of waiting) {
        if (dueMs > now) continue;
        if (to === undefined) tools.broadcast(message);
        else tools.send(to, message);
      }
      waiting = waiting.filter((entry) => entry.dueMs > now);
    },
  };
}
