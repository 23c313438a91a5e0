import { stringify } from "smol-toml";
import type { Key } from "./key.ts";
import { schema } from "./schema.ts";

/**
 * The text of `config.example.toml`: every key with its default and its meaning (kairos X9). Keys without a default are
 * shown commented out with an example value.
 */
export function exampleText(): string {
  const lines = [
    "# Configuration of a Kairos node: every key with its default.",
    "# A flag goes before an environment variable (NODE_SECTION__KEY), that before this file.",
    '# Durations: "500ms", "5s", "3h", { secs = 5, nanos = 0 }, or milliseconds.',
    "# Relative paths are relative to the folder of this file. Keys may be written in camelCase too.",
  ];
  for (const [section, keys] of Object.entries(schema)) {
    lines.push("", `[${section}]`);
    for (const [name, spec] of Object.entries(keys as Record<string, Key<unknown>>)) {
      lines.push(`# ${spec.note}`);
      const assignment = stringify({ [name]: spec.example }).trim();
      lines.push(spec.fallback === undefined && !spec.required ? `# ${assignment}` : assignment);
    }
  }
  return `${lines.join("\n")}\n`;
}
