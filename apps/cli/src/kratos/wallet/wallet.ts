import type { Command } from "commander";
import { example } from "../../commands/parse.ts";
import { type CommonFlags, runWallet } from "./commands/flags.ts";
import { registerKeys } from "./commands/keyCommands.ts";
import { registerUses } from "./commands/walletCommands.ts";
import { walletFolder } from "./file/walletFolder.ts";
import { runMenu } from "./menu/runMenu.ts";

/** `kratos wallet` (kratos-core 14): a menu by itself, and commands for scripts. */
export function register(program: Command): void {
  const wallet = program
    .command("wallet")
    .description("keep a key, send and stake KRAT, vote for validators; without a command, a menu")
    .configureHelp({ showGlobalOptions: true })
    .option("--wallet-dir <folder>", "where the wallet is; a folder of yours by default")
    .option("--rpc <url>", "endpoint of a node for this command alone")
    .option("--password-file <file>", "the password in its first line, instead of being asked for it")
    .option("--json", "answer as JSON, errors too")
    .addHelpText(
      "after",
      example(
        "kratos wallet create",
        "kratos wallet send 0x… 12.5 --wait",
        "kratos wallet balance --json --wallet-dir ~/savings",
      ),
    )
    .action((_options, command: Command) => {
      const flags = command.optsWithGlobals<CommonFlags>();
      return runWallet(flags, (io, open) => runMenu(io, walletFolder(flags.walletDir), flags.rpc, open));
    });
  registerKeys(wallet);
  registerUses(wallet);
  for (const command of [...wallet.commands, ...wallet.commands.flatMap(({ commands }) => commands)]) {
    command.configureHelp({ showGlobalOptions: true });
  }
}
