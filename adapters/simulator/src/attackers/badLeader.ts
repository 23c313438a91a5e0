import type { Certificate } from "@polis/crypto";
import type { BlockInfo } from "@polis/ports";
import type { Prng } from "../random/prng.ts";
import type { Attacker } from "./attacker.ts";
import { infoOf, proposeOf } from "./craft.ts";

/** Leads with blocks that decode and do not execute, properly signed. */
export function invalidProposer(): Attacker {
  return {
    name: "invalid-proposer",
    onSend: (tools, message, to) => {
      if (message.kind !== "propose" || to !== undefined || tools.ledger.corrupt === undefined) return false;
      const bad = proposeOf(tools, tools.ledger.corrupt(message.block), message.proofs);
      if (bad === undefined) return false;
      tools.broadcast(bad);
      return true;
    },
  };
}

const KEPT = 40;

/**
 * Leads on an ancestor of the right parent, with the ancestor's certificate and without nullifications for the views in
 * between (R9, testing T4): a fork below finalized blocks, if anyone follows.
 */
export function skipper(prng: Prng): Attacker {
  const past: { readonly info: BlockInfo; readonly proofs: readonly Certificate[] }[] = [];
  return {
    name: "skipper",
    onReceive: (tools, _from, message) => {
      const info = message.kind === "propose" ? infoOf(tools, message.block) : undefined;
      if (info === undefined || message.kind !== "propose") return false;
      past.push({ info, proofs: message.proofs });
      if (past.length > KEPT) past.shift();
      return false;
    },
    onSend: (tools, message, to) => {
      if (message.kind !== "propose" || to !== undefined) return false;
      const forkable = past.filter(
        ({ info }) => tools.ledger.isExecuted(info.parentDigest) && info.view < message.view - 1,
      );
      if (forkable.length === 0) return false;
      const { info, proofs } = prng.pick(forkable);
      const { parentDigest, parentView, prevSeed } = info;
      const timeMs = Math.max(tools.wallMs(), info.timeMs + 1) as BlockInfo["timeMs"];
      const { view } = message;
      const built = tools.ledger.build({ view, leader: tools.self, parentDigest, parentView, timeMs, prevSeed });
      const fork = proposeOf(tools, built.block, [...proofs, ...message.proofs].slice(0, 60));
      if (fork === undefined) return false;
      tools.broadcast(fork);
      return true;
    },
  };
}
