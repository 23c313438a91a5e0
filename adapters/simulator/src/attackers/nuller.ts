import type { View } from "@polis/codec";
import type { Attacker } from "./attacker.ts";
import { nullifyOf, othersOf } from "./craft.ts";

/** Takes part, and nullifies every view with all faulty keys as soon as somebody votes or proposes in it. */
export function nuller(): Attacker {
  let done = 0;
  return {
    name: "nuller",
    onReceive: (tools, _from, message) => {
      if ((message.kind !== "propose" && message.kind !== "notarize") || message.view <= done) return false;
      if (message.view > tools.replica.view + 64) return false;
      done = message.view;
      const targets = tools.prng.chance(500) ? othersOf(tools) : othersOf(tools).slice(0, tools.prng.below(tools.n));
      for (const keys of tools.conspirators) {
        for (const target of targets) tools.send(target, nullifyOf(tools, keys, done as View));
      }
      return false;
    },
  };
}

/** Never votes for anything and never proposes: it nullifies each view on entering it. */
export function nullifyOnly(): Attacker {
  let done = 0;
  return {
    name: "nullify-only",
    onSend: (_tools, message) => message.kind === "propose" || message.kind === "notarize",
    onTick: (tools) => {
      const { view } = tools.replica;
      if (view <= done) return;
      done = view;
      for (const keys of tools.conspirators) tools.broadcast(nullifyOf(tools, keys, view));
    },
  };
}
