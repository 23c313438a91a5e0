import type { Message } from "@polis/minimmit";
import type { Attacker, AttackTools } from "./attacker.ts";
import { infoOf, notarizeOf, nullifyOf, othersOf, rivalOf } from "./craft.ts";

/** Proposes two blocks in its view, votes for both, and tells some of the others that it nullified. */
export function equivocator(): Attacker {
  return {
    name: "equivocator",
    onSend: (tools, message, to) => {
      if (message.kind !== "propose" || to !== undefined) return false;
      const rival = rivalOf(tools, message);
      if (rival === undefined) return false;
      const others = othersOf(tools);
      const split = tools.prng.between(1, others.length - 1);
      for (const [i, other] of others.entries()) {
        tools.send(other, i < split ? message : rival);
        if (tools.prng.chance(300)) tools.send(other, i < split ? rival : message);
      }
      speakTwice(tools, [message, rival], others);
      return true;
    },
    onReceive: (tools, _from, message) => {
      if (message.kind === "propose" && tools.prng.chance(500)) speakTwice(tools, [message], othersOf(tools));
      return false;
    },
  };
}

/** Sends votes of every faulty key for each of the proposals, and nullifies, each to a random part of the others. */
function speakTwice(tools: AttackTools, proposals: readonly Message[], others: readonly number[]): void {
  for (const keys of tools.conspirators) {
    for (const proposal of proposals) {
      if (proposal.kind !== "propose") continue;
      const info = infoOf(tools, proposal.block);
      if (info === undefined) continue;
      const vote = notarizeOf(tools, keys, proposal.view, info.digest);
      const nullify = nullifyOf(tools, keys, proposal.view);
      for (const other of others) {
        if (tools.prng.chance(600)) tools.send(other, vote);
        if (tools.prng.chance(400)) tools.send(other, nullify);
      }
    }
  }
}
