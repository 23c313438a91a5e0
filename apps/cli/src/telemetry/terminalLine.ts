/**
 * One JSON log line as a person reads it: time, level, module, message, fields. Control characters of fields cannot
 * reach the terminal, because JSON keeps them escaped.
 * @example terminalLine('{"level":"info","ts":"2026-01-01T00:00:00.000Z","height":7,"msg":"finalized"}\n')
 */
export function terminalLine(json: string): string {
  const { level, ts, module, msg, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const details = Object.keys(fields).map((name) => ` ${name}=${plain(fields[name])}`);
  const origin = module === undefined ? "" : ` [${String(module)}]`;
  return `${String(ts).slice(11, 23)} ${String(level).toUpperCase().padEnd(5)}${origin} ${clean(String(msg))}${details.join("")}\n`;
}

function plain(value: unknown): string {
  return typeof value === "string" && /^[\w.:/+-]+$/.test(value) ? value : JSON.stringify(value);
}

function clean(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("\\\\", "\\");
}
