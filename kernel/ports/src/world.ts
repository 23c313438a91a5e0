import type { Millis } from "@polis/codec";

/** Two clocks: timers read only the monotonic one; the wall clock enters only block and frame times (testing CK). */
export interface Clock {
  monotonicMs(): Millis;
  wallMs(): Millis;
}

/** Severity of a log line, most severe first. */
export type LogLevel = "error" | "warn" | "info" | "debug" | "trace";

/** Structured log lines. Implementations bound the length of a line and the rate of repeats. Never pass a secret. */
export interface Logger {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
  /** Whether lines of this level are written, for callers that would make costly fields; absent when not known. */
  enabled?(level: LogLevel): boolean;
}

/** Counters, gauges and histograms by name. Labels are few and bounded. */
export interface Metrics {
  count(name: string, by?: number, labels?: Readonly<Record<string, string>>): void;
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
  observe(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
}
