import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { AccountId } from "@polis/kratos";
import { UserError } from "../../errors.ts";

/** Where a node keeps what (kratos-core 15). */
export interface DataDirectory {
  readonly path: string;
  /** Blocks, state and indexes. */
  readonly db: string;
  readonly keystore: string;
  /** 32 raw bytes (kratos-core 12.1). */
  readonly networkKey: string;
  readonly clockHealth: string;
  /** Signed slots and votes of a validator; outlives `kratos purge`, so that no slot is ever signed twice (I14). */
  producer(genesisHash: string, account: AccountId): string;
}

/** The parts of a data directory. Nothing is made or read. */
export function dataDirectory(path: string): DataDirectory {
  return {
    path,
    db: join(path, "db"),
    keystore: join(path, "keystore"),
    networkKey: join(path, "network", "network_key"),
    clockHealth: join(path, "clock_health.json"),
    // What was signed for one chain and key says nothing of another.
    producer: (genesisHash, account) => join(path, "producer", `${genesisHash.slice(0, 16)}-${account.slice(0, 16)}`),
  };
}

/**
 * The data directory that a command works on.
 * @param basePath `--base-path`, or else KRATOS_BASE_PATH, or else a folder of the user named after the chain
 * @param chain name of a chain
 */
export function findDataDirectory(
  basePath: string | undefined,
  chain: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): DataDirectory {
  const given = basePath ?? env.KRATOS_BASE_PATH;
  if (given !== undefined && given !== "") return dataDirectory(given);
  if (!/^[\w.-]{1,64}$/.test(chain) || chain.startsWith(".")) {
    const hint = "give --base-path, or a chain whose name has letters, digits, dots, hyphens and underscores only";
    throw new UserError("CHAIN_NAME", `no folder can be named after the chain ${chain}`, hint, { exitCode: 2 });
  }
  const home = env.XDG_DATA_HOME ?? join(homedir(), ".local", "share");
  // `KratOs`, as its record names it, and `kratos`, as people type it, are one chain.
  return dataDirectory(join(home, "kratos", "chains", chain.toLowerCase()));
}

/** Makes the data directory when it is absent, for its owner only. @throws UserError when that is not possible */
export function makeDataDirectory({ path }: DataDirectory): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown";
    throw new UserError("DATA_DIRECTORY", `cannot make ${path}: ${why}`, "check --base-path and its permissions", {
      cause,
    });
  }
}
