import type { Command } from "commander";
import { example } from "../../commands/parse.ts";
import { createLogger } from "../../telemetry/logger.ts";
import { checkFlags } from "./checkFlags.ts";
import { addRunOptions, type RunFlags } from "./runFlags.ts";
import { runKratos } from "./runKratos.ts";

/** `kratos run` (kratos-core 15). */
export function register(program: Command): void {
  const run = program
    .command("run")
    .description("run a node: it follows the chain, and produces blocks with --validator");
  addRunOptions(run)
    .addHelpText(
      "after",
      example(
        "kratos run",
        "kratos run --genesis --chain chain.json --validator --validator-key validator.json",
        "kratos run --bootnode /ip4/203.0.113.7/tcp/30333/p2p/12D3Koo… --genesis-hash 0x…",
      ),
    )
    .action(async (flags: RunFlags) => {
      const options = checkFlags(flags);
      const level = flags.verbose === true ? "debug" : flags.logLevel;
      const logger = createLogger({
        level: flags.debugGrandpa === true ? `${level},finality=debug` : level,
        format: flags.json === true ? "json" : "terminal",
      });
      process.exitCode = await runKratos(options, logger);
    });
}
