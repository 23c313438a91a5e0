#!/usr/bin/env node
import { economicsCommand } from "./kratos/economics/economicsCommand.ts";
import { simCommand } from "./kratos/sim/simCommand.ts";
import { walletCommand } from "./kratos/wallet/walletCommand.ts";
import { runProgram } from "./program.ts";

process.exitCode = await runProgram(
  {
    name: "kratos",
    description: "KratOs: a chain on which communities govern themselves.",
    example: "kratos localnet",
    commands: [
      { name: "localnet", load: () => import("./kratos/localnet/localnetCommand.ts") },
      { name: "run", load: () => import("./kratos/run/runCommand.ts") },
      { name: "info", load: () => import("./kratos/info/infoCommand.ts") },
      { name: "key", load: () => import("./kratos/keys/keyCommand.ts") },
      { name: "genesis", load: () => import("./kratos/genesis/genesisCommand.ts") },
      { name: "export", load: () => import("./kratos/data/exportCommand.ts") },
      { name: "purge", load: () => import("./kratos/data/purgeCommand.ts") },
      walletCommand,
      economicsCommand,
      simCommand,
      { name: "bench", isForCheckouts: true, load: () => import("./kratos/bench/bench.ts") },
      { name: "version", load: () => import("./kratos/version.ts") },
    ],
  },
  process.argv.slice(2),
);
