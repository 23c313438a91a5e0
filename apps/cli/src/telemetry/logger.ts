import type { Logger, LogLevel } from "@polis/ports";
import { type DestinationStream, pino } from "pino";
import { createRepeatLimit } from "./repeatLimit.ts";
import { standardOutput } from "./standardOutput.ts";
import { terminalLine } from "./terminalLine.ts";

export interface LoggerOptions {
  /** `info`, or `info,consensus=debug` (kairos O4). */
  readonly level: string;
  readonly format: "terminal" | "json";
  /** Where lines go; standard output by default. */
  readonly stream?: DestinationStream;
  /** Unix milliseconds. */
  readonly nowMs?: () => number;
}

/** A logger whose levels may change while it runs. */
export interface LevelLogger extends Logger {
  /** For example `info,consensus=debug`. */
  readonly levels: string;
  /** @param levels as `logging.level` takes them (kairos O4) */
  setLevels(levels: string): void;
  /** The same log for one part of the node: its lines carry the name, and its level may be set apart (kairos O4). */
  module(name: string): Logger;
}

/**
 * A logger for one part of the node, where the logger knows of parts.
 * @param name as in `logging.level`, for example `consensus`
 */
export function forModule(logger: Logger, name: string): Logger;
export function forModule(logger: Logger | undefined, name: string): Logger | undefined;
export function forModule(logger: Logger | undefined, name: string): Logger | undefined {
  return logger !== undefined && "module" in logger ? (logger as LevelLogger).module(name) : logger;
}

const ranks: Readonly<Record<LogLevel, number>> = { error: 0, warn: 1, info: 2, debug: 3, trace: 4 };
/** Longest value of a field and longest message, in characters: a line stays below 16 KiB. */
const maxText = 2_000;
const maxFields = 32;
const secretName = /secret|password|private|token|mnemonic|seed|share/i;

/**
 * A Logger on pino. Lines are bounded, repeats are limited to ten a second per message, and fields whose name speaks
 * of a secret are replaced (kairos O4).
 * @example createLogger({ level: "info", format: "json" }).log("info", "block finalized", { height: 7 })
 */
export function createLogger(options: LoggerOptions): LevelLogger {
  const nowMs = options.nowMs ?? Date.now;
  let levels = options.level;
  const sink = options.stream ?? { write: (line: string) => standardOutput(line) };
  const target = pino(
    {
      level: "trace",
      base: {},
      messageKey: "msg",
      timestamp: () => `,"ts":"${new Date(nowMs()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.format === "json" ? sink : { write: (line) => sink.write(terminalLine(line)) },
  );
  const repeats = createRepeatLimit(10, 1_000);
  const part = (module: string | undefined): Logger => {
    const own = module === undefined ? target : target.child({ module });
    let judged = levels;
    let rank = ranks[levelFor(levels, module)];
    const enabled = (level: LogLevel): boolean => {
      if (judged !== levels) {
        judged = levels;
        rank = ranks[levelFor(levels, module)];
      }
      return ranks[level] <= rank;
    };
    return {
      enabled,
      log(level, message, fields) {
        if (!enabled(level)) return;
        const suppressed = repeats(`${level} ${message}`, nowMs());
        if (suppressed === undefined) return;
        const safe = cleanFields(fields ?? {});
        if (suppressed > 0) safe.suppressed = suppressed;
        own[level](safe, message.length > maxText ? `${message.slice(0, maxText)}…` : message);
      },
    };
  };
  return {
    ...part(undefined),
    get levels() {
      return levels;
    },
    setLevels(changed) {
      levels = changed;
    },
    module: part,
  };
}

/** The level of a module in a list such as `info,consensus=debug`; the last fitting entry counts. */
export function levelFor(levels: string, module: string | undefined): LogLevel {
  let found: LogLevel = "info";
  for (const entry of levels.toLowerCase().split(",")) {
    const [name, level] = entry.includes("=") ? entry.split("=", 2) : [undefined, entry];
    if ((name === undefined || name === module) && level !== undefined && Object.hasOwn(ranks, level)) {
      found = level as LogLevel;
    }
  }
  return found;
}

type Fields = Record<string, string | number | boolean>;

function cleanFields(fields: Readonly<Fields>): Fields {
  const clean: Fields = {};
  for (const name of Object.keys(fields).slice(0, maxFields)) {
    const value = fields[name]!;
    if (secretName.test(name)) clean[name] = "[secret]";
    else clean[name] = typeof value === "string" && value.length > maxText ? `${value.slice(0, maxText)}…` : value;
  }
  return clean;
}
