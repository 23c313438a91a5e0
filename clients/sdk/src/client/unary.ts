import type { CallOptions } from "../rpc/callOptions.ts";
import { type Attempt, withRetries } from "../rpc/retry.ts";
import { grpcError } from "./grpcError.ts";

/** A unary call with deadline, retries and typed errors. */
export function unary<T>(
  options: CallOptions | undefined,
  run: (call: { signal: AbortSignal; timeoutMs: number }) => Promise<T>,
): Promise<T> {
  return withRetries(options ?? {}, async ({ signal, leftMs }: Attempt) => {
    try {
      return await run({ signal, timeoutMs: leftMs() });
    } catch (error) {
      throw grpcError(error);
    }
  });
}
