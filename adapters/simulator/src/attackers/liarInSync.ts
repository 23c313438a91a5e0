import type { View } from "@polis/codec";
import type { FetchReply, FetchRequest } from "@polis/minimmit";
import type { Prng } from "../random/prng.ts";
import type { Attacker, AttackTools } from "./attacker.ts";

const MAX_BLOCKS = 30;

/** Answers those who catch up with wrong blocks, old blocks, empty pages and foreign certificates, and claims great heights. */
export function liarInSync(prng: Prng): Attacker {
  const seen: Uint8Array[] = [];
  return {
    name: "liar-in-sync",
    onReceive: (_tools, _from, message) => {
      if (message.kind === "propose") {
        if (seen.length < MAX_BLOCKS) seen.push(message.block);
        else seen[prng.below(MAX_BLOCKS)] = message.block;
      }
      return false;
    },
    onRequest: (tools, from, requestId, request) => {
      tools.reply(from, requestId, lie(tools, prng, seen, request));
      return true;
    },
    onTick: (tools) => {
      if (!prng.chance(200)) return;
      const { epoch, keys, replica } = tools;
      const view = (replica.view + prng.below(5000)) as View;
      const lastFinalizedView = Math.max(0, view - prng.below(5)) as View;
      const claim = {
        epoch,
        view,
        lastFinalizedView,
        lastFinalizedDigest: replica.lastFinalized.digest,
        nonce: new Uint8Array(32),
      };
      tools.broadcast({ kind: "status", ...claim, signer: keys.index, sig: keys.signStatus(claim), proof: undefined });
    },
  };
}

function lie(tools: AttackTools, prng: Prng, seen: readonly Uint8Array[], request: FetchRequest): FetchReply {
  if (prng.chance(200)) return { kind: "blocks", items: [] };
  if (prng.chance(100)) return { kind: "busy" };
  if (request.kind === "certificates") {
    const { view } = tools.replica;
    const certificates = tools.replica.proofs((view - 1 - prng.below(3)) as View);
    return {
      kind: "certificates",
      certificates: certificates.map((c) => ({ ...c, view: (c.view + prng.below(2)) as View })),
    };
  }
  const items = seen.slice(0, 1 + prng.below(5)).map((block) => {
    const corrupted = prng.chance(500) ? tools.ledger.corrupt?.(block) : undefined;
    return { block: corrupted ?? block, certificate: undefined };
  });
  return { kind: "blocks", items };
}
