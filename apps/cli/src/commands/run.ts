import type { Command } from "commander";
import { loadConfig } from "../config/loadConfig.ts";
import { runNode } from "../run/runNode.ts";
import { type FlagKeys, flagValues, otlpOption } from "./nodeFlags.ts";
import { example, integerOption } from "./parse.ts";
import { versionInfo } from "./version.ts";

interface RunFlags {
  readonly config?: string;
  readonly genesis?: string;
  readonly logLevel?: string;
  readonly nodeIndex?: number;
  readonly otlpEndpoint?: string;
  readonly acceptJournalLoss?: boolean;
}

/** Flags that stand for one configuration key. */
const keys: FlagKeys = {
  nodeIndex: ["rpc.peer_id", "--node-index"],
  genesis: ["genesis.path", "--genesis"],
  logLevel: ["logging.level", "--log-level"],
};

export function register(program: Command): void {
  program
    .command("run")
    .description("run a validator; without --config from the environment only")
    .option("--config <file>", "configuration file (.toml, .yaml, .yml)")
    .option("--genesis <file>", "genesis file, over the configuration's")
    .option("--node-index <index>", "refuse to run as another validator than this one", integerOption(0, 1_023))
    .option("--log-level <level>", "error, warn, info, debug or trace")
    .option(...otlpOption)
    .option(
      "--accept-journal-loss",
      "this key has no journal here; I answer for it that it never signed what it may sign now",
    )
    .addHelpText("after", example("kairos run --config net/node0/config.toml"))
    .action(async (options: RunFlags) => {
      const config = loadConfig({ path: options.config, env: process.env, flags: flagValues(options, keys) });
      const clientVersion = `kairos/v${versionInfo().version}/${process.platform}-${process.arch}/node${process.versions.node}`;
      process.exitCode = await runNode({
        config,
        acceptJournalLoss: options.acceptJournalLoss ?? false,
        clientVersion,
      });
    });
}
