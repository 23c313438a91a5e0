import { type Genesis, genesisBlock } from "@polis/kairos";
import { type ConfigSources, loadConfig } from "../config/loadConfig.ts";
import type { Config } from "../config/schema.ts";
import { UserError } from "../errors.ts";
import { resolveGenesis } from "../library/resolveGenesis.ts";
import { ValidatorIdentity } from "../library/validatorIdentity.ts";
import { loadGenesis } from "../run/loadGenesis.ts";

/** Options that every command on a node's files takes. */
export interface NodeFileOptions {
  readonly config?: string;
  readonly genesis?: string;
}

/** A node as its files describe it; nothing of it runs. */
export interface NodeFiles {
  readonly config: Config;
  readonly genesis: Genesis;
  /** 64 hex digits. */
  readonly genesisHash: string;
}

/**
 * Reads configuration and genesis as `kairos run` would. Keys are read only where the genesis is formed from them (X8).
 * @throws UserError or ConfigError with exit code 2
 */
export function readNodeFiles(options: NodeFileOptions): NodeFiles {
  const flags: ConfigSources["flags"] =
    options.genesis === undefined ? {} : { "genesis.path": { value: options.genesis, flag: "--genesis" } };
  const config = loadConfig({ path: options.config, env: process.env, flags });
  const genesis = config.genesis.path === undefined ? inline(config) : loadGenesis(config);
  return { config, genesis, genesisHash: genesisBlock(genesis).digest };
}

function inline(config: Config): Genesis {
  const password = process.env.KAIROS_KEY_PASSWORD;
  const identity = ValidatorIdentity.load(config.identity, password === undefined ? {} : { password });
  const resolved = resolveGenesis(config, identity);
  if (resolved.kind === "genesis") return resolved.genesis;
  const known = `${resolved.known} of ${resolved.n} validators are known`;
  throw new UserError("GENESIS_MISSING", `there is no genesis yet: ${known}`, "set genesis.path", { exitCode: 2 });
}
