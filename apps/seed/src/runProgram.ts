import { Command, CommanderError } from "commander";
import { registerKey } from "./commands/key.ts";
import { registerRun } from "./commands/run.ts";
import { SeedError } from "./errors.ts";

/** Where a program writes for people. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

const standard: Output = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

/**
 * Runs the program `kratos-seed`.
 * @param args the words after its name
 * @returns the exit code: 0 normal, 1 failure, 2 a wrong option or file
 */
export async function runProgram(args: readonly string[], output = standard): Promise<number> {
  const program = new Command("kratos-seed")
    .description("Seed server of KratOs: keeps a list of peers by their heartbeats, and tells it by DNS and HTTP.")
    .configureOutput({ writeOut: output.out, writeErr: output.err })
    .exitOverride()
    .showHelpAfterError("(add --help for the options)")
    .addHelpText("after", "\nExample:\n  $ kratos-seed key generate -o seed.key");
  registerKey(program, output.out);
  registerRun(program);
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const message = error instanceof Error ? error.message : String(error);
    output.err(`error: ${message}\n`);
    if (!(error instanceof SeedError)) return 1;
    output.err(`hint: ${error.hint}\n`);
    return error.exitCode;
  }
}
