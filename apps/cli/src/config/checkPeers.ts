import { ConfigError } from "../errors.ts";
import type { Config } from "./schema.ts";

/** The keys of a validator of the genesis. */
export interface PeerFacts {
  readonly blsPublicKey: Uint8Array;
  readonly p2pPublicKey: Uint8Array;
}

/**
 * What is wrong with `p2p.validators`: entries that name no validator, or another one by another key. Such an entry would
 * silently have no effect, so it is an error (kairos 18.2: "never skipped").
 * @param validators of the genesis, in its order
 * @returns one sentence per problem
 * @example checkPeers(config, genesis.validators) // ["p2p.validators[0]: no validator of the genesis has ..."]
 */
export function checkPeers({ p2p }: Pick<Config, "p2p">, validators: readonly PeerFacts[]): string[] {
  const problems: string[] = [];
  p2p.validators.forEach((entry, i) => {
    const at = `p2p.validators[${i}]`;
    const key = plain(entry.ed25519_public_key);
    const index = validators.findIndex(({ p2pPublicKey }) => p2pPublicKey.toHex() === key);
    const found = validators[index];
    if (found === undefined) {
      problems.push(`${at}: no validator of the genesis has the Ed25519 key ${key.slice(0, 16)}…`);
      return;
    }
    const bls = found.blsPublicKey.toHex();
    if (entry.bls_public_key !== undefined && plain(entry.bls_public_key) !== bls) {
      problems.push(`${at}.bls_public_key is not the key of validator ${index}, whose Ed25519 key the entry has`);
    }
    if (entry.bls_peer_id !== undefined && !namesValidator(entry.bls_peer_id, index, bls)) {
      problems.push(`${at}.bls_peer_id names neither index ${index} nor the BLS key of that validator`);
    }
  });
  return problems;
}

/**
 * Whether a peer id means this validator: its index in the genesis, or at least 8 hex characters that its key begins with.
 * @param keyHex lower-case hex
 */
export function namesValidator(id: string | number, index: number, keyHex: string): boolean {
  if (id === index || id === `${index}`) return true;
  return typeof id === "string" && plain(id).length >= 8 && keyHex.startsWith(plain(id));
}

/**
 * Checks that `rpc.peer_id`, when it is given, is this node's own id (kairos 18.2).
 * @param index of this validator; undefined for a node that does not vote
 * @throws ConfigError
 */
export function checkOwnId(
  { rpc }: Pick<Config, "rpc">,
  index: number | undefined,
  identity: { readonly ed25519: { readonly publicKey: Uint8Array } } | undefined,
): void {
  if (rpc.peerId === undefined) return;
  if (namesValidator(rpc.peerId, index ?? -1, identity?.ed25519.publicKey.toHex() ?? "")) return;
  const hint = "remove rpc.peer_id: it is derived from the keys";
  throw new ConfigError([`rpc.peer_id = ${rpc.peerId} is not the index or the Ed25519 key of this node`], hint);
}

function plain(hex: string): string {
  return hex.replace(/^0x/, "").toLowerCase();
}
