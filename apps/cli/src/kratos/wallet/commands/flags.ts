import type { Command } from "commander";
import { integerOption } from "../../../commands/parse.ts";
import { UserError } from "../../../errors.ts";
import { readPassword } from "../../../keys/password.ts";
import { walletError } from "../errors.ts";
import { walletFolder } from "../file/walletFolder.ts";
import { terminalIo, type WalletIo } from "../io.ts";
import type { OpenSession } from "../menu/runMenu.ts";
import type { SignOptions } from "../node/perform.ts";
import type { WaitGoal } from "../node/waitFor.ts";
import { isExit } from "../prompts.ts";
import { Session } from "../session.ts";
import { parseKrat } from "../text/amounts.ts";

/** Options of every command of the wallet. */
export interface CommonFlags {
  readonly walletDir?: string;
  readonly rpc?: string;
  readonly passwordFile?: string;
  readonly json?: boolean;
}

/** Options of every command that signs. */
export interface SignFlags extends CommonFlags {
  readonly tip?: string;
  readonly wait?: WaitGoal | true;
  readonly waitSeconds?: number;
  readonly yes?: boolean;
}

const MAX_WAIT_S = 86_400;

/** Adds the options of signing. */
export function withSigning(command: Command): Command {
  return command
    .option("--tip <amount>", "KRAT on top of the fee, to be taken earlier when blocks are full")
    .option("--wait [goal]", "wait until it is included in a block, or final", "none")
    .option("--wait-seconds <seconds>", "how long at most", integerOption(1, MAX_WAIT_S), 180)
    .option("-y, --yes", "do not ask");
}

/** What these options say. @throws UserError AMOUNT, WAIT_GOAL */
export function signOptions({ tip, wait, waitSeconds = 180, yes = false }: SignFlags): SignOptions {
  const goal = wait === true ? "final" : wait;
  const isGoal = goal === "included" || goal === "final";
  if (!isGoal && goal !== undefined && (goal as string) !== "none") {
    throw walletError(
      "input",
      "WAIT_GOAL",
      `cannot wait until a transaction is ${goal as string}`,
      "want included or final",
    );
  }
  return {
    yes,
    tip: tip === undefined ? 0n : parseKrat(tip),
    wait: isGoal ? { goal, timeoutMs: waitSeconds * 1_000 } : undefined,
  };
}

/** The password of `--password-file`. */
export function passwordOf({ passwordFile }: CommonFlags): string | undefined {
  return readPassword(passwordFile, undefined);
}

/**
 * Runs a command of the wallet: answers on standard output, errors as JSON there too when JSON is wanted, secrets wiped at the
 * end.
 * @param act does the work; the session is opened when it asks for it
 */
export async function runWallet(
  flags: CommonFlags,
  act: (io: WalletIo, open: OpenSession) => Promise<unknown>,
): Promise<void> {
  const io = terminalIo(flags.json === true);
  const folder = walletFolder(flags.walletDir);
  const opened: Session[] = [];
  const open = (password = passwordOf(flags)): Session => {
    const session = new Session({ folder, io, rpc: flags.rpc, password });
    opened.push(session);
    return session;
  };
  try {
    await act(io, open);
  } catch (error) {
    const told = isExit(error) ? walletError("declined", "DECLINED", "stopped", "nothing more was done") : error;
    if (!io.json || !(told instanceof UserError)) throw told;
    const { code, message, hint, exitCode } = told;
    io.out(JSON.stringify({ error: { code, message, hint } }, undefined, 2));
    process.exitCode = exitCode;
  } finally {
    for (const session of opened) session.close();
  }
}
