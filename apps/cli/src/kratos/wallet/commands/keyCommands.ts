import type { Command } from "commander";
import { integerOption } from "../../../commands/parse.ts";
import { readPassword } from "../../../keys/password.ts";
import { createWallet } from "../actions/create.ts";
import { changePassword, setRpc, showAddress } from "../actions/settings.ts";
import { type KdfCost, maxCost, usualCost } from "../file/kdf.ts";
import { walletFolder } from "../file/walletFolder.ts";
import { parseHash } from "../text/addresses.ts";
import { type CommonFlags, passwordOf, runWallet } from "./flags.ts";

interface CostFlags extends CommonFlags {
  readonly kdfMemoryKib?: number;
  readonly kdfPasses?: number;
}

interface CreateFlags extends CostFlags {
  readonly import?: boolean;
  readonly secretFile?: string;
  readonly backupFile?: string;
  readonly showSecret?: boolean;
  readonly genesisHash?: string;
  readonly yes?: boolean;
}

/** The commands about the key and the settings of a wallet. */
export function registerKeys(wallet: Command): void {
  registerCreate(wallet);
  wallet
    .command("address")
    .description("the address of this wallet; needs no password and no node")
    .action((_options, command: Command) =>
      runWallet(command.optsWithGlobals<CommonFlags>(), async (_io, open) => showAddress(open())),
    );
  wallet
    .command("set-rpc")
    .description("use another node of the same chain")
    .argument("<url>", "such as http://127.0.0.1:9933")
    .action((url: string, _options, command: Command) => {
      const flags = command.optsWithGlobals<CommonFlags>();
      return runWallet(flags, (_io, open) => setRpc(open(), url));
    });
  withCost(wallet.command("change-password"))
    .description("encrypt the wallet under another password")
    .option("--new-password-file <file>", "the new password in its first line")
    .action((_options, command: Command) => {
      const flags = command.optsWithGlobals<CostFlags & { readonly newPasswordFile?: string }>();
      return runWallet(flags, (_io, open) => {
        const session = open();
        const given = readPassword(flags.newPasswordFile, undefined);
        return changePassword(session, given, costOf(flags, session.wallet.cost));
      });
    });
}

function registerCreate(wallet: Command): void {
  withCost(wallet.command("create"))
    .description("make a wallet: a new key or an imported one, an endpoint, a password")
    .option("--import", "ask for a secret instead of making a new one")
    .option("--secret-file <file>", "import this key: hex, or a key file of `kratos key generate`")
    .option("--backup-file <file>", "write a new secret there, readable by you alone, instead of showing it")
    .option("--show-secret", "show a new secret although nobody confirms to have kept it")
    .option("--genesis-hash <hash>", "the chain, when no node can be asked or trusted")
    .option("-y, --yes", "do not ask")
    .action((_options, command: Command) => {
      const flags = command.optsWithGlobals<CreateFlags>();
      return runWallet(flags, (io) =>
        createWallet({
          ...{ folder: walletFolder(flags.walletDir), io, rpcUrl: flags.rpc, password: passwordOf(flags) },
          ...{ isImport: flags.import === true, secretFile: flags.secretFile, backupFile: flags.backupFile },
          genesisHash: flags.genesisHash === undefined ? undefined : parseHash(flags.genesisHash),
          ...{ showSecret: flags.showSecret === true, cost: costOf(flags, usualCost), yes: flags.yes === true },
        }),
      );
    });
}

function withCost(command: Command): Command {
  const range = (key: "memoryKib" | "passes") => integerOption(usualCost[key], maxCost[key]);
  return command
    .option(
      "--kdf-memory-kib <n>",
      `memory of one guess of the password, from ${usualCost.memoryKib}`,
      range("memoryKib"),
    )
    .option("--kdf-passes <n>", `work of one guess of the password, from ${usualCost.passes}`, range("passes"));
}

function costOf({ kdfMemoryKib, kdfPasses }: CostFlags, before: KdfCost): KdfCost {
  return { ...before, memoryKib: kdfMemoryKib ?? before.memoryKib, passes: kdfPasses ?? before.passes };
}
