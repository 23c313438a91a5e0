import { randomBytes } from "node:crypto";
import { ROOT_CONTEXT, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { AlwaysOnSampler, BatchSpanProcessor, type IdGenerator, TracerProvider } from "@opentelemetry/sdk-trace";
import type { SpanSink } from "./paymentTracer.ts";

/** Where spans are sent, and who sends them. */
export interface OtlpOptions {
  /** For example `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  readonly version: string;
  /** Tells nodes apart: the start of the peer id. */
  readonly instance: string;
}

/** Bounds of what waits to be sent: beyond it new spans are dropped. */
const maxQueueSize = 2_048;
const batchSize = 512;
const batchDelayMs = 1_000;
const exportTimeoutMs = 3_000;
const closeMs = 2_000;

/** The trace of a payment has the first half of its hash as id, so that all nodes' spans of it come together. */
class HashIds implements IdGenerator {
  next = "";
  generateTraceId = (): string => (this.next === "" ? randomBytes(16).toString("hex") : this.next);
  generateSpanId = (): string => randomBytes(8).toString("hex");
}

/** A sink that exports spans in batches over OTLP/HTTP. This file loads the SDK: import it only when tracing is on. */
export function createOtlpSink({ url, version, instance }: OtlpOptions): SpanSink {
  const ids = new HashIds();
  const exporter = withoutVariables(() => new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMs }));
  const processor = new BatchSpanProcessor({
    exporter,
    maxQueueSize,
    maxExportBatchSize: batchSize,
    scheduledDelayMillis: batchDelayMs,
    exportTimeoutMillis: exportTimeoutMs,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      "service.name": "kairos",
      "service.version": version,
      "service.instance.id": instance,
    }),
    sampler: new AlwaysOnSampler(),
    idGenerator: ids,
    spanProcessors: [processor],
  });
  const tracer = provider.getTracer("kairos", version);
  return {
    begin(hash, startMs, attributes) {
      ids.next = hash.slice(0, 32);
      const options = { root: true, startTime: wall(startMs), attributes: { transaction: `0x${hash}`, ...attributes } };
      const span = tracer.startSpan("payment", options, ROOT_CONTEXT);
      const context = trace.setSpan(ROOT_CONTEXT, span);
      return {
        step: (name, from, to, more) =>
          tracer.startSpan(name, { startTime: wall(from), ...(more && { attributes: more }) }, context).end(wall(to)),
        end: (endMs, isFinal) => {
          if (!isFinal) span.setStatus({ code: SpanStatusCode.ERROR, message: "not final when it was given up" });
          span.end(wall(endMs));
        },
      };
    },
    // A collector that does not answer must not hold the end of a node up.
    close: () => Promise.race([provider.shutdown().catch(() => undefined), pause(closeMs)]),
  };
}

/**
 * The exporter reads `OTEL_*` while it is made, and adds the headers it finds there to any that it is given; a node reads
 * nothing from the environment unless asked (kairos X10). Nobody else runs in between.
 */
function withoutVariables<T>(make: () => T): T {
  const hidden = Object.entries(process.env).filter(([name]) => name.toUpperCase().startsWith("OTEL_"));
  for (const [name] of hidden) delete process.env[name];
  try {
    return make();
  } finally {
    for (const [name, value] of hidden) process.env[name] = value;
  }
}

function wall(monotonicMs: number): number {
  return performance.timeOrigin + monotonicMs;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
