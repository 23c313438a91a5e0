import { bls, ed25519, keccak256 } from "@polis/crypto";
import type { Genesis } from "@polis/kairos";
import { UserError } from "../errors.ts";

/** What of a genesis says whose secrets are no secrets. */
export type KeyFacts = Pick<Genesis, "network" | "scheme">;

/**
 * A secret of the development chain, which anybody can compute (kairos K6).
 * @param name for example `bls`
 * @returns 32 bytes
 */
export function developmentSecret(name: string): Uint8Array {
  return keccak256(new TextEncoder().encode(`kairos dev ${name}`));
}

/** The public keys of the development chain's one validator. */
export function developmentKeys(): { readonly bls: Uint8Array; readonly ed25519: Uint8Array } {
  return {
    bls: bls.publicKey(bls.keygen(developmentSecret("bls")))!,
    ed25519: ed25519.publicKey(developmentSecret("ed25519")),
  };
}

/**
 * Whether the keys of a network may be known to more than their owners, as `kairos_nodeInfo.insecure` shows it (kairos K6,
 * K15): on `local` one program makes all of them, and on `devnet` threshold shares may come from a dealer.
 * @example isInsecure({ network: "devnet", scheme: "multisig" }) // false
 */
export function isInsecure({ network, scheme }: KeyFacts): boolean {
  return network === "local" || (network === "devnet" && scheme === "threshold");
}

/**
 * Refuses a node of another network than `local` when its own keys, or those of any validator there, are the ones that
 * everybody knows (kairos K6, Z38).
 * @throws UserError with exit code 2
 */
export function refuseDevelopmentKeys(
  { network, validators }: Pick<Genesis, "network" | "validators">,
  own: readonly Uint8Array[],
): void {
  if (network === "local") return;
  const known = Object.values(developmentKeys()).map((key) => key.toHex());
  const used = [...validators.flatMap(({ blsPublicKey, p2pPublicKey }) => [blsPublicKey, p2pPublicKey]), ...own];
  if (!used.some((key) => known.includes(key.toHex()))) return;
  const hint = "make keys of your own with `kairos keys generate`, and never use these anywhere";
  const message = `a key on the network ${network} is a development key, which everybody knows`;
  throw new UserError("DEVELOPMENT_KEY", message, hint, { exitCode: 2 });
}
