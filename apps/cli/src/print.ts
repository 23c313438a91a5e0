/**
 * Writes a command's answer to standard output: as JSON when asked for, else as lines for a person.
 * @param data what `--json` shows; bigints are written as decimal text
 */
export function print(json: boolean | undefined, data: unknown, lines: readonly string[]): void {
  const text = json === true ? JSON.stringify(data, bigintText, 2) : lines.join("\n");
  process.stdout.write(`${text}\n`);
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
