import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { Logger, Metrics } from "@polis/ports";
import type { RefuseCall } from "./callErrors.ts";

/** What the guard needs. */
export interface GuardOptions {
  readonly requestTimeoutMs: number;
  /** Time of a unary call that may take longer, by its name `package.Service/Method`. */
  readonly callTimeoutMs?: ((name: string) => number | undefined) | undefined;
  readonly refuse: RefuseCall;
  readonly logger?: Logger | undefined;
  readonly metrics?: Metrics | undefined;
  /** Asked before a unary handler runs; throws the refusal of a server that is too busy. */
  readonly mustHaveRoom?: () => void;
  /** Told when a call begins (1) and when it ends (-1). */
  readonly onRunning?: (by: number) => void;
}

/**
 * Stands around every handler: a unary call ends in time, also when its handler does not; what a broken handler throws
 * becomes INTERNAL with an incident id, which the log has with the error; calls are counted.
 */
export function guardCalls(options: GuardOptions): Interceptor {
  return (next) => async (request) => {
    const name = `${request.service.typeName}/${request.method.name}`;
    const startedMs = performance.now();
    options.onRunning?.(1);
    const ended = (code: string) => {
      options.onRunning?.(-1);
      countCall(options, name, code, startedMs);
    };
    try {
      if (!request.stream) {
        options.mustHaveRoom?.();
        const timeoutMs = options.callTimeoutMs?.(name) ?? options.requestTimeoutMs;
        const answer = await inTime(next(request), request.signal, options.refuse, timeoutMs);
        ended("ok");
        return answer;
      }
      const answer = await next(request);
      if (!answer.stream) {
        ended("ok");
        return answer;
      }
      return { ...answer, message: guarded(answer.message, name, options, ended) };
    } catch (error) {
      throw told(error, name, options, ended);
    }
  };
}

async function* guarded<T>(
  messages: AsyncIterable<T>,
  name: string,
  options: GuardOptions,
  ended: (code: string) => void,
): AsyncGenerator<T> {
  let code = "canceled";
  const note = (last: string) => {
    code = last;
  };
  try {
    yield* messages;
    code = "ok";
  } catch (error) {
    throw told(error, name, options, note);
  } finally {
    ended(code);
  }
}

/** The answer, or the refusal of a call that took too long or whose caller has left. */
export function inTime<T>(answer: Promise<T>, signal: AbortSignal, refuse: RefuseCall, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      clear();
      reject(error);
    };
    const late = () => fail(refuse("deadline", `the call took longer than ${timeoutMs} ms`));
    const timer = setTimeout(late, timeoutMs);
    const gone = () => {
      const isDeadline = signal.reason instanceof ConnectError && signal.reason.code === Code.DeadlineExceeded;
      fail(isDeadline ? refuse("deadline", "the deadline of the caller has passed") : signal.reason);
    };
    // A handler that never answers must leave nothing behind here either.
    const clear = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", gone);
    };
    signal.addEventListener("abort", gone, { once: true });
    if (signal.aborted) gone();
    answer.then(resolve, reject).finally(clear);
  });
}

/** What a caller is told of an error: its own statuses, or INTERNAL with an incident for what a handler broke. */
export function told(
  error: unknown,
  name: string,
  { refuse, logger }: Pick<GuardOptions, "refuse" | "logger">,
  ended: (code: string) => void,
): unknown {
  const known = error instanceof ConnectError;
  const left = error instanceof Error && error.name === "AbortError";
  ended(known ? codeText(error.code) : left ? "canceled" : "internal");
  if (known || left) return error;
  const incident = crypto.randomUUID();
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  logger?.log("error", `a gRPC handler failed: ${name}`, { incident, error: text });
  return refuse("internal", `internal error, incident ${incident}`);
}

function codeText(code: Code): string {
  return (Code[code] ?? "unknown").toLowerCase();
}

/** Counts one call that has ended. */
export function countCall(
  { metrics }: Pick<GuardOptions, "metrics">,
  method: string,
  code: string,
  startedMs: number,
): void {
  metrics?.count("grpc_requests_total", 1, { method, code });
  metrics?.observe("grpc_duration_seconds", (performance.now() - startedMs) / 1000, { method });
}
