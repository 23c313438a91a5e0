import { Command, CommanderError } from "commander";
import { commands } from "./commands/table.ts";
import { UserError } from "./errors.ts";

/**
 * Runs the program `kairos`. Only the modules of the wanted command are loaded, so that small commands start quickly.
 * @param args the words after the program's name
 * @returns the exit code: 0 normal, 1 failure, 2 configuration (kairos 18.3), or what the command set
 */
export async function runKairos(args: readonly string[]): Promise<number> {
  const debug = args.includes("--debug");
  const words = args.filter((word) => word !== "--debug");
  // `kairos --config PATH` means `kairos run --config PATH` (kairos 18.3).
  if (words[0]?.startsWith("--config") === true) words.unshift("run");
  const program = new Command("kairos")
    .description("Kairos: payments in USDC, final in two network rounds.")
    .option("--debug", "show stack traces")
    .exitOverride()
    .showHelpAfterError("(add --help for the options)")
    .addHelpText("after", "\nExample:\n  $ kairos generate-configs --output-dir net --n 6 --f 1");
  const chosen = commands.filter(({ name }) => name === words[0]);
  for (const { load } of chosen.length > 0 ? chosen : commands) (await load()).register(program);
  try {
    await program.parseAsync(words, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error, debug);
  }
}

/** Prints a failure: message and hint for a person's mistake, a stack trace only when asked for. */
function report(error: unknown, debug: boolean): number {
  if (error instanceof CommanderError) return error.exitCode;
  const known = error instanceof UserError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`error: ${message}\n`);
  if (known) process.stderr.write(`hint: ${error.hint}\n`);
  else if (!debug) process.stderr.write("hint: run again with --debug to see where it failed\n");
  if (debug && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  return known ? error.exitCode : 1;
}
