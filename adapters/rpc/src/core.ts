import { randomBytes } from "node:crypto";
import type { Logger, Metrics } from "@polis/ports";
import type { Dialect } from "./dialect.ts";
import type { JsonRpcLimits } from "./limits.ts";
import type { RateLimiter } from "./rateLimiter.ts";
import type { MethodTable } from "./types.ts";

/** One method as the server keeps it: its labels are made once, because a metric per call must cost nothing. */
export interface Entry<Context> {
  readonly name: string;
  readonly method: MethodTable<Context>[string];
  readonly enabled: boolean;
  readonly durationLabels: Readonly<Record<string, string>>;
  readonly okLabels: Readonly<Record<string, string>>;
}

/** What every transport of one server shares. */
export interface Core<Context> {
  readonly entries: ReadonlyMap<string, Entry<Context>>;
  readonly context: Context;
  readonly limits: JsonRpcLimits;
  readonly dialect: Dialect;
  readonly limiter: RateLimiter;
  readonly logger: Logger | undefined;
  readonly metrics: Metrics | undefined;
  readonly nowMs: () => number;
  /** Text that a caller may quote and an operator finds in the log. */
  readonly incidentId: () => string;
  /** Calls waiting for a promise. */
  inFlight: number;
  /** Bytes of answers and notifications that clients have not read yet, over all connections. */
  outgoingBytes: number;
  /** Bytes of requests that have not arrived completely, over all connections. */
  incomingBytes: number;
}

/** What a server is prepared from. */
export interface CoreOptions<Context> {
  readonly methods: MethodTable<Context>;
  readonly context: Context;
  readonly limits: JsonRpcLimits;
  readonly dialect: Dialect;
  readonly limiter: RateLimiter;
  /** Enabled namespaces (kairos 16.3); undefined enables all. */
  readonly namespaces?: readonly string[] | undefined;
  readonly logger?: Logger | undefined;
  readonly metrics?: Metrics | undefined;
  readonly nowMs: () => number;
}

/** Prepares a method table for serving. */
export function createCore<Context>(options: CoreOptions<Context>): Core<Context> {
  const entries = new Map<string, Entry<Context>>();
  for (const name of Object.keys(options.methods)) {
    entries.set(name, {
      name,
      method: options.methods[name]!,
      enabled: options.namespaces === undefined || options.namespaces.includes(namespaceOf(name)),
      durationLabels: Object.freeze({ method: name }),
      okLabels: Object.freeze({ method: name, code: "ok" }),
    });
  }
  return {
    entries,
    context: options.context,
    limits: options.limits,
    dialect: options.dialect,
    limiter: options.limiter,
    logger: options.logger,
    metrics: options.metrics,
    nowMs: options.nowMs,
    incidentId: () => randomBytes(8).toString("hex"),
    inFlight: 0,
    outgoingBytes: 0,
    incomingBytes: 0,
  };
}

/** The text before the first `_`. */
export function namespaceOf(method: string): string {
  const end = method.indexOf("_");
  return end < 0 ? method : method.slice(0, end);
}
