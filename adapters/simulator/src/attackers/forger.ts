import type { Digest, ValidatorIndex } from "@polis/codec";
import type { Certificate, CertificateKind } from "@polis/crypto";
import type { Propose } from "@polis/minimmit";
import type { Attacker, AttackTools } from "./attacker.ts";
import { infoOf, othersOf } from "./craft.ts";

/** Bad signatures of every sort: votes in others' names, certificates without voters or with spare bits set. */
export function forger(): Attacker {
  let last: Propose | undefined;
  return {
    name: "forger",
    onReceive: (_tools, _from, message) => {
      if (message.kind === "propose") last = message;
      return false;
    },
    onTick: (tools) => {
      if (last === undefined || !tools.prng.chance(700)) return;
      const digest = infoOf(tools, last.block)?.digest;
      if (digest === undefined) return;
      forgeVotes(tools, last, digest);
      const kind = tools.prng.pick<CertificateKind>(["notarization", "nullification", "finalization"]);
      tools.broadcast({ kind: "certificate", certificate: forgeCertificate(tools, kind, last, digest) });
    },
  };
}

function forgeVotes(tools: AttackTools, { epoch, view, ...proposal }: Propose, digest: Digest): void {
  const { prng } = tools;
  const signer = prng.below(tools.n) as ValidatorIndex;
  const sig = prng.chance(500) ? prng.bytes(96) : tools.keys.signNotarize(epoch, view, digest);
  const target = prng.pick(othersOf(tools));
  tools.send(target, { kind: "notarize", epoch, view, digest, signer, sig });
  tools.send(target, { kind: "nullify", epoch, view, signer, sig: prng.bytes(96) });
  if (prng.chance(200)) tools.broadcast({ ...proposal, epoch, view, proposeSig: prng.bytes(96) });
}

/** All bits set, or too few, or beyond the validators, over a signature that is not theirs; threshold ones with a made-up seed. */
function forgeCertificate(
  tools: AttackTools,
  kind: CertificateKind,
  { epoch, view }: Propose,
  digest: Digest,
): Certificate {
  const { prng, n, scheme } = tools;
  const bitmap = new Uint8Array((n + 7) >> 3);
  const bits = prng.pick([n, 1, 2 * tools.f, bitmap.length * 8]);
  for (let i = 0; i < bits; i++) bitmap[i >> 3]! |= 1 << (i & 7);
  return {
    kind,
    scheme: scheme.name,
    epoch,
    view,
    digest: kind === "nullification" ? undefined : digest,
    bitmap: scheme.name === "multisig" ? bitmap : new Uint8Array(0),
    signature: prng.bytes(96),
    seed: scheme.verifySeed === undefined ? undefined : prng.bytes(96),
  };
}
