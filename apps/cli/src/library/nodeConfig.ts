import { loadConfig } from "../config/loadConfig.ts";
import type { Config } from "../config/schema.ts";

/** The effective configuration of a node (kairos 18.2). */
export type NodeConfig = Config;

/** Ways to get a configuration. Only `fromEnv` reads the environment (kairos X10). */
export const NodeConfig = {
  /**
   * Reads a `.toml`, `.yaml` or `.yml` file. Relative paths in it are relative to its folder. The environment is not read.
   * @throws ConfigError with every problem, UserError when the file cannot be read
   * @example NodeConfig.fromPath("net/node0/config.toml")
   */
  fromPath: (path: string): NodeConfig => loadConfig({ path }),

  /**
   * Reads the variables `NODE_SECTION__KEY` (kairos X2).
   * @param env this process's environment unless another is given
   * @throws ConfigError with every problem
   */
  fromEnv: (env: Readonly<Record<string, string | undefined>> = process.env): NodeConfig => loadConfig({ env }),

  /**
   * Takes tables of keys, in snake_case or camelCase; what is absent gets its default.
   * @throws ConfigError with every problem
   * @example NodeConfig.fromObject({ consensus: { n: 1, f: 0 }, storage: { path: "data" } })
   */
  fromObject: (document: Readonly<Record<string, unknown>>): NodeConfig => loadConfig({ document }),
} as const;
