import { readFileSync } from "node:fs";
import type { Genesis } from "@polis/kairos";
import type { Config } from "../config/schema.ts";
import { ConfigError, UserError } from "../errors.ts";
import { checkGenesis } from "../genesis/buildGenesis.ts";

/**
 * Reads the genesis of a follower. Everything of consensus comes from it; a configuration need not repeat it, but what it
 * repeats of n and f must agree.
 * @throws UserError or ConfigError with exit code 2
 */
export function followerGenesis({ genesis: { path }, consensus: { n, f } }: Config): Genesis {
  if (path === undefined) {
    const hint = "set genesis.path or --genesis: a follower believes nothing but its genesis file";
    throw new UserError("GENESIS_MISSING", "the configuration names no genesis file", hint, { exitCode: 2 });
  }
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new UserError("GENESIS_FILE", `cannot read ${path}`, "check genesis.path", { cause, exitCode: 2 });
  }
  const genesis = checkGenesis(text);
  const problems = [
    ...(n === undefined || n === genesis.n ? [] : [`consensus.n is ${n}, but the genesis file says ${genesis.n}`]),
    ...(f === undefined || f === genesis.f ? [] : [`consensus.f is ${f}, but the genesis file says ${genesis.f}`]),
  ];
  if (problems.length > 0) throw new ConfigError(problems, "make the configuration agree with its genesis file");
  return genesis;
}
