import { readFileSync } from "node:fs";
import type { Genesis } from "@polis/kairos";
import { checkAgainstGenesis } from "../config/checkAgainstGenesis.ts";
import type { Config } from "../config/schema.ts";
import { ConfigError, UserError } from "../errors.ts";
import { checkGenesis } from "../genesis/buildGenesis.ts";

/**
 * Reads and checks the genesis that a configuration names, and compares what must be equal (kairos 18.2).
 * @throws UserError or ConfigError with exit code 2
 */
export function loadGenesis(config: Config): Genesis {
  const { path } = config.genesis;
  if (path === undefined) {
    const hint = "set genesis.path, or make a whole network with `kairos generate-configs`";
    throw new UserError("GENESIS_MISSING", "the configuration names no genesis file", hint, { exitCode: 2 });
  }
  const genesis = readGenesis(path);
  const problems = checkAgainstGenesis(config, genesis);
  if (problems.length > 0) throw new ConfigError(problems, "make the configuration agree with its genesis file");
  return genesis;
}

/**
 * Reads and checks a genesis file.
 * @throws UserError with exit code 2
 */
export function readGenesis(path: string): Genesis {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new UserError("GENESIS_FILE", `cannot read ${path}`, "check genesis.path", { cause, exitCode: 2 });
  }
  return checkGenesis(text);
}
