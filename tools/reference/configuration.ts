import type { Key } from "../../apps/cli/src/config/key.ts";
import { variableOf } from "../../apps/cli/src/config/loadConfig.ts";
import { schema } from "../../apps/cli/src/config/schema.ts";
import { code, type Page, page, table } from "./page.ts";

const intro = `Every key of a node's configuration. A command-line flag goes before an environment variable, that before the file, that
before the default. Keys may be written in camelCase, and a variable in any case: \`NODE_CONSENSUS__VIEW_TIMEOUT__SECS=10\`
sets one field. Durations are \`"500ms"\`, \`"5s"\`, \`"3h"\`, \`{ secs = 5, nanos = 0 }\` or milliseconds; sizes an integer or
\`"16 MiB"\`. An unknown key is refused with the nearest known one, and all mistakes are reported together:
\`kairos config check --config FILE\`. \`config.example.toml\` has the same keys as a file.`;

/** docs/reference/configuration.md, from the schema. */
export function configurationPage(): Page {
  const body = Object.entries(schema).flatMap(([section, keys]) => [
    `## ${section}`,
    "",
    ...table(
      ["Key", "Default", "Takes", "What it does"],
      Object.entries(keys as Record<string, Key<unknown>>).map(([name, spec]) => [
        `\`${name}\``,
        spec.required ? "required" : code(shown(spec.fallback)),
        formOf(spec),
        `${spec.note} (\`${variableOf(`${section}.${name}`)}\`)`,
      ]),
    ),
  ]);
  return page("configuration.md", "Configuration", intro, body);
}

function shown(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

/** What the schema says it wants, when it is given something that nothing is. */
function formOf({ schema: form }: Key<unknown>): string {
  const read = form.safeParse(Symbol("nothing"));
  const message = read.success ? "" : (read.error.issues[0]?.message ?? "");
  return message.startsWith("Invalid") ? "a number or text" : message.split(":")[0]!;
}
