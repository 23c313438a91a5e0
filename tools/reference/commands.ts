import { describeCommands } from "../../apps/cli/src/commands/describeCommands.ts";
import { type Page, page, table } from "./page.ts";

const intro = `Every command of \`kairos\`, as \`kairos COMMAND --help\` shows it. Exit codes: 0 normal, 1 failure, 2 a mistake in the
configuration or the keys, 75 storage that is full or failing. \`--debug\` adds stack traces. \`kairos --config FILE\` means
\`kairos run --config FILE\`.`;

/** docs/reference/commands.md, from the commander definitions. */
export async function commandsPage(): Promise<Page> {
  const body = (await describeCommands()).flatMap(({ usage, description, options, examples }) => [
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
  return page("commands.md", "Command line", intro, body);
}

function defaultOf(value: unknown): string {
  const isAbsent = value === undefined || value === false || (Array.isArray(value) && value.length === 0);
  return isAbsent ? "–" : `\`${String(value)}\``;
}
