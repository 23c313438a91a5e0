import { type CommandFacts, describeCommands } from "../../apps/cli/src/commands/describeCommands.ts";
import { commands } from "../../apps/cli/src/commands/table.ts";
import { kratosCommands } from "../../apps/cli/src/kratos/commandTable.ts";
import { type Page, page, table } from "./page.ts";

const intro = `Every command of \`kairos\`, as \`kairos COMMAND --help\` shows it. Exit codes: 0 normal, 1 failure, 2 a mistake in the
configuration or the keys, 75 storage that is full or failing. \`--debug\` adds stack traces. \`kairos --config FILE\` means
\`kairos run --config FILE\`.`;

const kratosIntro = `Every command of \`kratos\`, as \`kratos COMMAND --help\` shows it. Exit codes: 0 normal, 1 failure, 2 a mistake in what was
given, 75 storage that is full or failing. \`--debug\` adds stack traces. How to use them: [start](../kratos/start.md),
[operate](../kratos/operate.md), [wallet](../kratos/wallet.md).`;

/** docs/reference/commands.md, from the commander definitions. */
export async function commandsPage(): Promise<Page> {
  return page("commands.md", "Command line", intro, bodyOf(await describeCommands("kairos", commands)));
}

/** docs/reference/kratos-commands.md, in the same way. */
export async function kratosCommandsPage(): Promise<Page> {
  const facts = await describeCommands("kratos", kratosCommands);
  return page("kratos-commands.md", "Command line of KratOs", kratosIntro, bodyOf(facts));
}

function bodyOf(facts: readonly CommandFacts[]): readonly string[] {
  return facts.flatMap(({ usage, description, options, examples }) => [
    `## ${usage}`,
    "",
    `${description[0]?.toUpperCase()}${description.slice(1)}.`,
    "",
    ...(options.length === 0
      ? []
      : table(
          ["Option", "Default", "What it does"],
          options.map((one) => [
            `\`${one.flags}\``,
            one.isRequired ? "required" : defaultOf(one.fallback),
            one.description,
          ]),
        )),
    ...(examples.length === 0 ? [] : ["```sh", ...examples, "```", ""]),
  ]);
}

function defaultOf(value: unknown): string {
  const isAbsent = value === undefined || value === false || (Array.isArray(value) && value.length === 0);
  return isAbsent ? "–" : `\`${String(value)}\``;
}
