import type { CommandEntry } from "../commands/table.ts";
import { economicsCommand } from "./economics/economicsCommand.ts";
import { simCommand } from "./sim/simCommand.ts";
import { walletCommand } from "./wallet/walletCommand.ts";

/** All commands of `kratos`, in the order of the help text. A new command is one line here and one file. */
export const kratosCommands: readonly CommandEntry[] = [
  { name: "localnet", load: () => import("./localnet/localnetCommand.ts") },
  { name: "run", load: () => import("./run/runCommand.ts") },
  { name: "info", load: () => import("./info/infoCommand.ts") },
  { name: "key", load: () => import("./keys/keyCommand.ts") },
  { name: "genesis", load: () => import("./genesis/genesisCommand.ts") },
  { name: "export", load: () => import("./data/exportCommand.ts") },
  { name: "purge", load: () => import("./data/purgeCommand.ts") },
  walletCommand,
  economicsCommand,
  simCommand,
  { name: "bench", isForCheckouts: true, load: () => import("./bench/bench.ts") },
  { name: "version", load: () => import("./version.ts") },
];
