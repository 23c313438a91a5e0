import { type DestinationStream, pino } from "pino";

/** Writes lines of a log. Fields are never secret. */
export type Log = (
  level: "debug" | "info" | "warn" | "error",
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/**
 * Makes a log on pino.
 * @param json lines of JSON; text for a person otherwise
 * @param stream where lines go; standard output by default
 */
export function createLog(json: boolean, level = "info", stream?: DestinationStream): Log {
  const sink = stream ?? { write: (line: string) => void process.stdout.write(line) };
  const target = pino(
    {
      level,
      base: {},
      messageKey: "msg",
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    json ? sink : { write: (line) => sink.write(asText(line)) },
  );
  return (at, message, fields = {}) => target[at](fields, message);
}

/** A line of JSON as a person reads it. */
function asText(line: string): string {
  const { level, ts, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const details = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  return `${String(ts).slice(11, 23)} ${String(level).toUpperCase().padEnd(5)} ${String(msg)}${details.join("")}\n`;
}
