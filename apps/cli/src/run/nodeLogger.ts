import type { Config } from "../config/schema.ts";
import { createLogger, type LevelLogger } from "../telemetry/logger.ts";
import { createRotatingFile } from "../telemetry/rotatingFile.ts";
import { standardOutput } from "../telemetry/standardOutput.ts";

const MEGABYTE = 1_000_000;

/** The logger of a program that runs a node. */
export interface NodeLogger extends LevelLogger {
  /** Goes on in a new file of the same name (SIGHUP); undefined without a file. */
  readonly reopen: (() => void) | undefined;
}

/**
 * The logger of a configuration's section `logging`: standard output, and the file when there is one.
 * @param out takes what goes to standard output
 * @throws UserError with exit code 2 when the file cannot be opened
 */
export function createNodeLogger(
  { logging }: Pick<Config, "logging">,
  out: (line: string) => void = standardOutput,
): NodeLogger {
  const { level, format, file, maxSizeMb, maxFiles } = logging;
  const rotating =
    file === undefined ? undefined : createRotatingFile({ path: file, maxBytes: maxSizeMb * MEGABYTE, maxFiles });
  const write = (line: string): void => {
    out(line);
    rotating?.write(line);
  };
  const logger = createLogger({ level, format, stream: { write } });
  return Object.assign(logger, { reopen: rotating === undefined ? undefined : () => rotating.reopen() });
}
