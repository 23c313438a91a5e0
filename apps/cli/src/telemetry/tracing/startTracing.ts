import type { Config } from "../../config/schema.ts";
import { PaymentTracer } from "./paymentTracer.ts";

const secondMs = 1_000;

/** A tracer and its clock. */
export interface Tracing {
  readonly tracer: PaymentTracer;
  close(): Promise<void>;
}

/**
 * Follows payments as section `tracing` says. While it is off, nothing of OpenTelemetry is loaded.
 * @param instance tells nodes apart
 * @returns undefined when it is off
 */
export async function startTracing(
  { tracing }: Pick<Config, "tracing">,
  version: string,
  instance: string,
): Promise<Tracing | undefined> {
  if (!tracing.enabled) return undefined;
  const { createOtlpSink } = await import("./otlpSink.ts");
  const sink = createOtlpSink({ url: tracing.otlpEndpoint, version, instance });
  const tracer = new PaymentTracer(sink, tracing.sampleRatio, () => performance.now());
  const timer = setInterval(() => tracer.tick(), secondMs);
  timer.unref();
  return {
    tracer,
    close: async () => {
      clearInterval(timer);
      await tracer.close();
    },
  };
}
