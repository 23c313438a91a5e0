import { existsSync, rmSync } from "node:fs";
import { confirm } from "@inquirer/prompts";
import { prepareDirectory } from "@polis/storage";
import type { Command } from "commander";
import { example } from "../../commands/parse.ts";
import { UserError } from "../../errors.ts";
import { print } from "../../print.ts";
import { asNodeError } from "../run/asNodeError.ts";
import { basePathOption, chainOption, type DataFlags, dataOf } from "./dataFlags.ts";

interface PurgeFlags extends DataFlags {
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `kratos purge` (kratos-core 15). */
export function register(program: Command): void {
  program
    .command("purge")
    .description("delete the chain of a data directory; keys, peer identity and the record of signed slots stay")
    .option("-y, --yes", "do not ask")
    .option(...basePathOption)
    .option(...chainOption)
    .option("--json", "as JSON; needs --yes")
    .addHelpText("after", example("kratos purge -y"))
    .action(run);
}

async function run(flags: PurgeFlags): Promise<void> {
  const { db } = dataOf(flags);
  if (!existsSync(db)) {
    print(flags.json, { path: db, deleted: false }, [`there is no chain in ${db}`]);
    return;
  }
  if (flags.yes !== true) await ask(db);
  purgeChain(db);
  print(flags.json, { path: db, deleted: true }, [`deleted ${db}`]);
}

/** Deletes a chain. @throws UserError while a node runs on it */
export function purgeChain(db: string): void {
  try {
    const release = prepareDirectory(db);
    rmSync(db, { recursive: true, force: true });
    release();
  } catch (error) {
    asNodeError(error);
  }
}

async function ask(db: string): Promise<void> {
  if (!process.stdin.isTTY) {
    const hint = "add -y to delete without being asked";
    throw new UserError("PURGE_ASK", "there is nobody to ask", hint, { exitCode: 2 });
  }
  const isSure = await confirm({ message: `Delete the chain in ${db}?`, default: false });
  if (!isSure) throw new UserError("PURGE_NO", "nothing was deleted", "answer yes, or add -y");
}
