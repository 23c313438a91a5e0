import { writeSync } from "node:fs";
import type { Config } from "../config/schema.ts";
import { createLogger, type LevelLogger } from "../telemetry/logger.ts";
import { createRotatingFile } from "../telemetry/rotatingFile.ts";

const MEGABYTE = 1_000_000;

/**
 * The logger of a configuration's section `logging`: standard output, and the file when there is one.
 * @throws UserError with exit code 2 when the file cannot be opened
 */
export function createNodeLogger({ logging }: Pick<Config, "logging">): LevelLogger {
  const { level, format, file, maxSizeMb, maxFiles } = logging;
  if (file === undefined) return createLogger({ level, format });
  const rotating = createRotatingFile({ path: file, maxBytes: maxSizeMb * MEGABYTE, maxFiles });
  const write = (line: string): void => {
    writeSync(1, line);
    rotating.write(line);
  };
  return createLogger({ level, format, stream: { write } });
}
