import { Command, CommanderError } from "commander";
import { type CommandEntry, commands } from "./commands/table.ts";
import { UserError } from "./errors.ts";

/** A program: its name, its commands, and what its help says. */
export interface ProgramSpec {
  readonly name: string;
  readonly description: string;
  readonly example: string;
  readonly commands: readonly CommandEntry[];
}

const kairos: ProgramSpec = {
  name: "kairos",
  description: "Kairos: payments in USDC, final in two network rounds.",
  example: "kairos generate-configs --output-dir net --n 6 --f 1",
  commands,
};

/** Runs the program `kairos`. @param args the words after its name @returns the exit code */
export function runKairos(args: readonly string[]): Promise<number> {
  // `kairos --config PATH` means `kairos run --config PATH` (kairos 18.3).
  return runProgram(kairos, args[0]?.startsWith("--config") === true ? ["run", ...args] : args);
}

/**
 * Runs a program. Only the modules of the wanted command are loaded, so that small commands start quickly.
 * @param args the words after the program's name
 * @returns the exit code: 0 normal, 1 failure, 2 configuration (kairos 18.3), or what the command set
 */
export async function runProgram(spec: ProgramSpec, args: readonly string[]): Promise<number> {
  process.stdout.on("error", passBrokenPipe);
  const debug = args.includes("--debug");
  const words = args.filter((word) => word !== "--debug");
  const program = new Command(spec.name)
    .description(spec.description)
    .option("--debug", "show stack traces")
    .exitOverride()
    .showHelpAfterError("(add --help for the options)")
    .addHelpText("after", `\nExample:\n  $ ${spec.example}`);
  const chosen = spec.commands.filter(({ name }) => name === words[0]);
  try {
    for (const entry of chosen.length > 0 ? chosen : spec.commands) await add(program, entry, chosen.length > 0);
    await program.parseAsync(words, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    // A program that another one started ends too: listening to its parent would hold it.
    if (process.connected) process.disconnect?.();
    return report(error, debug);
  }
}

/** Whoever reads only the first lines of an answer, as in `| head`, has what it wanted: the rest is lost without a word. */
function passBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** The help of an installed program leaves out what only a checkout can do; asked for by name, it says why. */
async function add(program: Command, { name, isForCheckouts, load }: CommandEntry, isAskedFor: boolean): Promise<void> {
  try {
    (await load()).register(program);
  } catch (cause) {
    if (isForCheckouts !== true || (cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    const hint = "run it in a checkout of the repository, after npm ci";
    if (isAskedFor)
      throw new UserError("NOT_INSTALLED", `${program.name()} ${name} needs packages for development`, hint, { cause });
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
