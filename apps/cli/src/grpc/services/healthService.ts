import type { ServiceImpl } from "@connectrpc/connect";
import { type Health, HealthCheckResponse_ServingStatus as Status } from "@polis/proto";
import { callError } from "../callError.ts";

/** Time between two looks at the state for a watcher. */
const lookMs = 500;

/**
 * The health protocol of gRPC (kairos G1).
 * @param isHealthy asked at each call
 * @param services full names that may be asked for
 * @param after calls once after some time, unless the returned function is called first
 */
export function healthService(
  isHealthy: () => boolean,
  services: readonly string[],
  after: (ms: number, run: () => void) => () => void,
): ServiceImpl<typeof Health> {
  const now = () => (isHealthy() ? Status.SERVING : Status.NOT_SERVING);
  const isKnown = (service: string) => service === "" || services.includes(service);
  return {
    check({ service }) {
      if (!isKnown(service)) throw callError("NOT_FOUND", "this server has no such service");
      return { status: now() };
    },
    async *watch({ service }, { signal }) {
      let last: Status | undefined;
      for (;;) {
        const status = isKnown(service) ? now() : Status.SERVICE_UNKNOWN;
        if (status !== last) yield { status };
        last = status;
        await pause(lookMs, after, signal);
        signal.throwIfAborted();
      }
    },
  };
}

function pause(ms: number, after: (ms: number, run: () => void) => () => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      stop();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const stop = after(ms, end);
    signal.addEventListener("abort", end, { once: true });
  });
}
