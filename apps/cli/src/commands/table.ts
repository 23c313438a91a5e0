import type { Command } from "commander";

/** One word after `kairos`: its file exports `register(program)`, and is loaded only when the word is used. */
export interface CommandEntry {
  readonly name: string;
  /** Imports packages for development, which images and release packages leave out. */
  readonly isForCheckouts?: boolean;
  readonly load: () => Promise<{ readonly register: (program: Command) => void }>;
}

/** All commands, in the order of the help text. A new command is one line here and one file beside it. */
export const commands: readonly CommandEntry[] = [
  { name: "dev", load: () => import("./dev.ts") },
  { name: "localnet", load: () => import("./localnet.ts") },
  { name: "run", load: () => import("./run.ts") },
  { name: "rpc-run", load: () => import("./rpcRun.ts") },
  { name: "sim", load: () => import("./sim.ts") },
  { name: "bench", isForCheckouts: true, load: () => import("./bench.ts") },
  { name: "keys", load: () => import("./keys.ts") },
  { name: "signer", load: () => import("./signer.ts") },
  { name: "genesis", load: () => import("./genesis.ts") },
  { name: "generate-configs", load: () => import("./generateConfigs.ts") },
  { name: "config", load: () => import("./config.ts") },
  { name: "health", load: () => import("./health.ts") },
  { name: "admin", load: () => import("./admin.ts") },
  { name: "backup", load: () => import("./backup.ts") },
  { name: "restore", load: () => import("./restore.ts") },
  { name: "db", load: () => import("./db.ts") },
  { name: "version", load: () => import("./version.ts") },
];
