import { checkListeners } from "./checkListeners.ts";
import type { Config } from "./schema.ts";
import { snake } from "./sources.ts";

/**
 * What must hold between keys (kairos 18.2).
 * @returns one sentence per broken relation
 */
export function checkRelations(config: Config): string[] {
  const { consensus, p2p, rpc } = config;
  const problems: string[] = [];
  const { n, f } = consensus;
  if ((n === undefined) !== (f === undefined)) problems.push("consensus.n and consensus.f: give both or none");
  if (n !== undefined && f !== undefined && n < 5 * f + 1) {
    problems.push(`consensus.n = ${n} is too small for consensus.f = ${f}: n must be at least 5f+1 = ${5 * f + 1}`);
  }
  const agree = (name: string, value: unknown, as: string, other: unknown) => {
    if (value !== undefined && other !== undefined && value !== other) {
      problems.push(`${name} = ${String(value)} must agree with ${as} = ${String(other)}`);
    }
  };
  agree("p2p.total_number_peers", p2p.totalNumberPeers, "consensus.n", n);
  agree("p2p.maximum_number_faulty_peers", p2p.maximumNumberFaultyPeers, "consensus.f", f);
  agree("rpc.total_validators", rpc.totalValidators, "consensus.n", n);
  agree("rpc.f", rpc.f, "consensus.f", f);
  agree("rpc.network", rpc.network, "consensus.network", consensus.network);
  if (consensus.viewTimeout < 1) problems.push("consensus.view_timeout must be at least 1ms");
  if (consensus.maxViewTimeout < consensus.viewTimeout) {
    problems.push("consensus.max_view_timeout must be at least consensus.view_timeout");
  }
  const { remoteSigner, remoteSignerTimeout, blsSecretKeyPath, shareKeyPath } = config.identity;
  if (remoteSigner !== undefined && (blsSecretKeyPath !== undefined || shareKeyPath !== undefined)) {
    problems.push(
      "identity.remote_signer holds the BLS key and the shares: remove bls_secret_key_path, share_key_path",
    );
  }
  if (remoteSignerTimeout < 1) problems.push("identity.remote_signer_timeout must be at least 1ms");
  if (config.mempool.buildDeadline < 1) problems.push("mempool.build_deadline must be at least 1ms");
  problems.push(...checkListeners(config), ...checkAbsentFeatures(config));
  const { history, keepBlocks } = config.storage;
  if (history !== "pruned" && keepBlocks !== KEEP_BLOCKS) {
    problems.push(
      `storage.keep_blocks: storage.history = ${history} keeps all blocks; set it to pruned or remove the key`,
    );
  }
  if (consensus.network !== "local" && consensus.network !== "devnet") {
    if (consensus.peers.length > 0 || consensus.genesisAccounts.length > 0) {
      problems.push("consensus.peers and consensus.genesis_accounts form a genesis only on local and devnet (X8)");
    }
  }
  consensus.genesisAccounts.forEach((account, i) => {
    if ((account.address === undefined) === (account.public_key === undefined)) {
      problems.push(`consensus.genesis_accounts[${i}]: give exactly one of address and public_key`);
    }
  });
  return problems;
}

/** The default of `storage.keep_blocks`. */
const KEEP_BLOCKS = 1_000_000;

/** Keys of parts that this version does not have: setting one is refused, because nothing would come of it (X5). */
function checkAbsentFeatures({ channels }: Config): string[] {
  const problems: string[] = [];
  for (const [name, value] of Object.entries(channels)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    problems.push(`channels.${snake(name)}: this version has no state channels; remove the key`);
  }
  return problems;
}
