import type { Address } from "@polis/codec";
import { provePossession, signBinding } from "@polis/crypto";
import {
  type Genesis,
  GenesisError,
  genesisDocument,
  type InlineValidator,
  inlineChainIds,
  inlineGenesis,
  paymentAddress,
} from "@polis/kairos";
import { checkAgainstGenesis } from "../config/checkAgainstGenesis.ts";
import type { Config } from "../config/schema.ts";
import { ConfigError, UserError } from "../errors.ts";
import { checkGenesis } from "../genesis/buildGenesis.ts";
import type { Identity, NodeIdentity } from "../keys/identity.ts";
import { loadGenesis } from "../run/loadGenesis.ts";

/** A genesis, or how many of its validators are known so far. */
export type ResolvedGenesis =
  | { readonly kind: "genesis"; readonly genesis: Genesis }
  | { readonly kind: "waiting"; readonly known: number; readonly n: number };

type PeerEntry = Config["consensus"]["peers"][number];

/**
 * The genesis of a configuration: its file, or the one that inline validators and accounts form on `local` and `devnet`
 * (kairos X8). Without a file, a validator list shorter than `consensus.n` waits for the rest.
 *
 * A list that holds this node's key is taken in its order. A list without it lacks exactly this node, and then no order
 * is known to all, so the whole list is sorted by BLS key: every node forms the same genesis.
 * @throws UserError or ConfigError with exit code 2
 */
export function resolveGenesis(config: Config, identity: NodeIdentity): ResolvedGenesis {
  if (config.genesis.path !== undefined) return { kind: "genesis", genesis: loadGenesis(config) };
  if ("signer" in identity) {
    const hint = "set genesis.path: a remote signer serves the network of a genesis file";
    throw new UserError("GENESIS_MISSING", "the configuration names no genesis file", hint, { exitCode: 2 });
  }
  const { consensus } = config;
  const { n, f, network } = consensus;
  if (n === undefined || f === undefined || inlineChainIds[network] === undefined) {
    const hint = "set genesis.path, or on local and devnet consensus.n and consensus.f (X8)";
    throw new UserError("GENESIS_MISSING", "the configuration names no genesis file", hint, { exitCode: 2 });
  }
  const listed = consensus.peers.map((peer) => readPeer(peer, config));
  const own = identity.bls.publicKey.toHex();
  const isListed = listed.some((peer) => peer.blsPublicKey.toHex() === own);
  const validators = isListed ? listed : withSelf(listed, identity, inlineChainIds[network]);
  if (validators.length < n) return { kind: "waiting", known: validators.length, n };
  if (validators.length > n) throw invalid(`${validators.length} validators are listed, but consensus.n is ${n}`);
  try {
    const leader = consensus.leaderManager === "RoundRobin" ? "round-robin" : "random";
    const genesis = inlineGenesis({ network, n, f, validators, leader, accounts: readAccounts(config) });
    const checked = checkGenesis(genesisDocument(genesis));
    const problems = checkAgainstGenesis(config, checked);
    if (problems.length > 0) throw new ConfigError(problems, "inline validators form a genesis with its defaults (X8)");
    return { kind: "genesis", genesis: checked };
  } catch (cause) {
    if (!(cause instanceof GenesisError)) throw cause;
    throw invalid(cause.message, cause);
  }
}

function withSelf(others: readonly InlineValidator[], identity: Identity, chainId: number): InlineValidator[] {
  const { bls, ed25519 } = identity;
  // The others' lists name this node with as much as this list names them: equal detail makes equal genesis hashes.
  const self: InlineValidator = {
    blsPublicKey: bls.publicKey,
    p2pPublicKey: ed25519.publicKey,
    ...(others.every(({ blsPop }) => blsPop !== undefined) ? { blsPop: provePossession(bls.secret) } : {}),
    ...(others.every(({ p2pBinding }) => p2pBinding !== undefined)
      ? { p2pBinding: signBinding(chainId, ed25519.publicKey, bls.secret) }
      : {}),
  };
  const key = ({ blsPublicKey }: InlineValidator) => blsPublicKey.toHex();
  return [...others, self].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function readPeer(peer: PeerEntry, { p2p }: Config): InlineValidator {
  const entry = typeof peer === "string" ? fromText(peer) : peer;
  const blsHex = plain(entry.bls_public_key);
  if (entry.share_key_m !== undefined || entry.share_key_l !== undefined) {
    throw invalid("inline validators form a genesis of the multisig scheme, which has no share keys");
  }
  const found = p2p.validators.find(({ bls_public_key }) => bls_public_key && plain(bls_public_key) === blsHex);
  const p2pKey = entry.p2p_public_key ?? found?.ed25519_public_key;
  if (p2pKey === undefined) {
    throw invalid(`the validator ${blsHex.slice(0, 16)}… has no Ed25519 key: list it in p2p.validators`);
  }
  return {
    blsPublicKey: bytes(blsHex),
    p2pPublicKey: bytes(p2pKey),
    ...(entry.bls_pop === undefined ? {} : { blsPop: bytes(entry.bls_pop) }),
    ...(entry.p2p_binding === undefined ? {} : { p2pBinding: bytes(entry.p2p_binding) }),
    ...(entry.fee_address === undefined ? {} : { feeAddress: plain(entry.fee_address) as Address }),
    ...(entry.name === undefined ? {} : { name: entry.name }),
  };
}

function fromText(text: string): Exclude<PeerEntry, string> {
  const [key, pop] = text.split(":");
  return pop === undefined ? { bls_public_key: key! } : { bls_public_key: key!, bls_pop: pop };
}

function readAccounts({ consensus }: Config) {
  return consensus.genesisAccounts.map(({ address, public_key, balance }) => ({
    address: (address === undefined ? paymentAddress(1, bytes(public_key!)) : plain(address)) as Address,
    balance,
  }));
}

function plain(hex: string): string {
  return hex.replace(/^0x/, "").toLowerCase();
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.fromHex(plain(hex));
}

function invalid(message: string, cause?: unknown): UserError {
  const hint = "correct consensus.peers, or set genesis.path";
  return new UserError("GENESIS_INVALID", message, hint, { exitCode: 2, ...(cause === undefined ? {} : { cause }) });
}
