import { Command } from "commander";
import type { CommandEntry } from "./table.ts";

/** One command as plain data, for its reference. */
export interface CommandFacts {
  /** For example `kairos keys show`, with its arguments. */
  readonly usage: string;
  readonly description: string;
  readonly options: readonly OptionFacts[];
  /** Command lines that the help shows. */
  readonly examples: readonly string[];
}

/** One option of a command. */
export interface OptionFacts {
  readonly flags: string;
  readonly description: string;
  readonly isRequired: boolean;
  readonly fallback: unknown;
}

/**
 * Every command of a program, in the order of its help; loads all of them.
 * @param name of the program @param table its commands
 */
export async function describeCommands(name: string, table: readonly CommandEntry[]): Promise<readonly CommandFacts[]> {
  const found: CommandFacts[] = [];
  for (const { load } of table) {
    const program = new Command(name);
    (await load()).register(program);
    for (const command of program.commands) found.push(...describe(command, name));
  }
  return found;
}

function describe(command: Command, parent: string): readonly CommandFacts[] {
  const name = `${parent} ${command.name()}`;
  if (command.commands.length === 0) return [factsOf(command, name, command.description())];
  const inside = command.commands.flatMap((inner) => describe(inner, name));
  if (command.options.length === 0) return inside;
  const shared = `${command.description()}; these options go with each of its commands`;
  return [factsOf(command, name, shared), ...inside];
}

function factsOf(command: Command, name: string, description: string): CommandFacts {
  const words = command.registeredArguments.map((one) => (one.required ? `<${one.name()}>` : `[${one.name()}]`));
  const options = command.options
    .filter(({ hidden }) => !hidden)
    .map((option) => ({
      flags: option.flags,
      description: [option.description, ...(option.argChoices === undefined ? [] : [choices(option.argChoices)])].join(
        "; ",
      ),
      isRequired: option.mandatory,
      fallback: option.defaultValue as unknown,
    }));
  return { usage: [name, ...words].join(" "), description, options, examples: examplesOf(command) };
}

function choices(values: readonly string[]): string {
  return `one of ${values.join(", ")}`;
}

function examplesOf(command: Command): readonly string[] {
  const parts: string[] = [];
  command.configureOutput({ writeOut: (part) => void parts.push(part) }).outputHelp();
  return [...parts.join("").matchAll(/^ {2}\$ (.+)$/gm)].map(([, line]) => line as string);
}
