import { KratosClientError } from "../client/clientError.ts";
import type { KratosClient } from "../client/createKratosClient.ts";

/** The window of the rate limit (kratos-core 13.1): after it a client has all of its requests again. */
const WINDOW_MS = 10_000;
/** Longer is no limit of the rate but a ban, and nothing that is waited for. */
const MAX_WAIT_MS = 30_000;
const TRIES = 3;

/**
 * The same client, which leaves its node alone for a while when that wants to be asked less often. It shares the allowance of
 * its address with wallets of the person at this computer: whoever goes on asking gets them banned as well.
 * @param nowMs steady time
 */
export function politeClient(client: KratosClient, nowMs = () => performance.now()): KratosClient {
  let quietUntilMs = 0;
  let refusal: unknown;
  return new Proxy(client, {
    get(target, name) {
      const method = Reflect.get(target, name) as (...args: readonly unknown[]) => Promise<unknown>;
      return async (...args: readonly unknown[]) => {
        if (nowMs() < quietUntilMs) throw refusal;
        try {
          return await method(...args);
        } catch (error) {
          const waitMs = waitOf(error);
          if (waitMs !== undefined) {
            quietUntilMs = nowMs() + waitMs;
            refusal = error;
          }
          throw error;
        }
      };
    },
  });
}

/** Asks again after the window when the node wants to be asked less often. @throws what the last try threw */
export async function patiently<T>(ask: () => Promise<T>, pause: (ms: number) => Promise<unknown>): Promise<T> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await ask();
    } catch (error) {
      const waitMs = waitOf(error);
      if (left === 0 || waitMs === undefined || waitMs > MAX_WAIT_MS) throw error;
      await pause(waitMs);
    }
  }
}

/** How long a node wants to be left alone; undefined for any other error. */
function waitOf(error: unknown): number | undefined {
  if (!(error instanceof KratosClientError) || error.failure.kind !== "node") return undefined;
  const { retryAfterSeconds } = error.failure;
  return retryAfterSeconds === undefined ? undefined : Math.max(WINDOW_MS, retryAfterSeconds * 1_000);
}
