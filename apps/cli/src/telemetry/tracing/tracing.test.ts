import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Digest } from "@polis/codec";
import { TestNetwork } from "../../testing/network.ts";
import { waitUntil } from "../../testing/waitUntil.ts";
import { PaymentTracer, type SpanSink, stepNames } from "./paymentTracer.ts";
import { startTracing } from "./startTracing.ts";

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number };
}

interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code: number };
  readonly instance: string;
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

/** A collector: keeps the spans that are posted to it, and the headers they came with. */
async function collect(t: TestContext) {
  const spans: SentSpan[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    headers.push(request.headers);
    for await (const chunk of request) body += chunk;
    for (const { resource, scopeSpans } of (JSON.parse(body) as Export).resourceSpans) {
      const instance = resource.attributes.find(({ key }) => key === "service.instance.id")!.value.stringValue!;
      for (const { spans: sent } of scopeSpans) spans.push(...sent.map((span) => ({ ...span, instance })));
    }
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { spans, headers, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces` };
}

test("a payment's life is one trace with the spans of all nodes, in order and within the payment's span", async (t) => {
  const { spans, url } = await collect(t);
  const net = await TestNetwork.generate(2, {
    settings: {
      consensus: { n: 2, f: 0, empty_block_interval: "20ms", view_timeout: "1s" },
      tracing: { enabled: true, otlp_endpoint: url, sample_ratio: 1 },
    },
  });
  t.after(() => net.close());
  await net.start();
  const { raw, hash } = net.payers[0]!.pay(net.payers[1]!.address);
  await net.call(0, "eth_sendRawTransaction", raw);
  await waitUntil("the receipt", 10_000, async () => {
    return (await net.call(0, "eth_getTransactionReceipt", hash)) !== null;
  });
  await net.close();

  const trace = spans.filter(({ traceId }) => traceId === hash.slice(2, 34));
  const payments = trace.filter(({ name }) => name === "payment");
  assert.equal(payments.length, 2, "one of each node");
  assert.equal(new Set(payments.map(({ instance }) => instance)).size, 2);
  const source = (span: SentSpan) => span.attributes.find(({ key }) => key === "source")?.value.stringValue;
  const payment = payments.find((span) => source(span) === "rpc")!;
  assert.ok(payments.some((span) => source(span) === "peer"));
  assert.equal(payment.attributes.find(({ key }) => key === "transaction")?.value.stringValue, hash);
  const steps = trace.filter(({ parentSpanId }) => parentSpanId === payment.spanId);
  assert.deepEqual([...new Set(steps.map(({ name }) => name))], [...stepNames]);
  for (const { name, startTimeUnixNano, endTimeUnixNano } of steps) {
    assert.ok(BigInt(startTimeUnixNano) <= BigInt(endTimeUnixNano), name);
    assert.ok(BigInt(startTimeUnixNano) >= BigInt(payment.startTimeUnixNano), name);
    assert.ok(BigInt(endTimeUnixNano) <= BigInt(payment.endTimeUnixNano), name);
  }
  const ageMs = Date.now() - Number(BigInt(payment.startTimeUnixNano) / 1_000_000n);
  assert.ok(ageMs >= 0 && ageMs < 60_000, "times are of the wall clock");
  assert.equal(payment.status.code, 0);
});

/** A sink that remembers what it was told. */
function recorded() {
  const told: string[] = [];
  const begun: Digest[] = [];
  const sink: SpanSink = {
    begin: (hash) => {
      begun.push(hash);
      return {
        step: (name, from, to) => void told.push(`${name} ${from}-${to}`),
        end: (at, isFinal) => void told.push(`end ${at} ${isFinal}`),
      };
    },
    close: async () => undefined,
  };
  const clock = { ms: 100 };
  return { told, begun, clock, tracer: (ratio: number) => new PaymentTracer(sink, ratio, () => clock.ms) };
}

const hashOf = (byte: number) => byte.toString(16).padStart(2, "0").repeat(32) as Digest;
const admission = (hash: Digest) => ({ hash, from: undefined, receivedMs: 90, verifiedMs: 95 });

test("the same part of the payments is followed everywhere: it follows from the hash", () => {
  const [first, second] = [recorded(), recorded()];
  for (const { tracer } of [first, second]) {
    const half = tracer(0.5);
    for (let byte = 0; byte < 256; byte++) half.admitted(admission(hashOf(byte)));
  }
  assert.equal(first.begun.length, 128);
  assert.deepEqual(first.begun, second.begun);
  const none = recorded();
  none.tracer(0).admitted(admission(hashOf(0)));
  assert.equal(none.begun.length, 0);
});

test("steps join without gaps; a receipt that nobody asks for ends the span where it was", () => {
  const { told, clock, tracer } = recorded();
  const followed = tracer(1);
  const hash = hashOf(1);
  followed.admitted(admission(hash));
  clock.ms = 130;
  followed.executed({ digest: hashOf(9), view: 3, height: 2, hashes: [hash, hashOf(2)], startMs: 120 });
  clock.ms = 140;
  followed.notarized(hashOf(9));
  followed.notarized(hashOf(9));
  followed.served(hash);
  clock.ms = 150;
  followed.finalized(hashOf(9), [hash]);
  followed.tick();
  clock.ms = 10_151;
  followed.tick();
  assert.deepEqual(told, [
    "received 90-90",
    "verified 90-95",
    "pooled 95-100",
    "proposed 100-120",
    "executed 120-130",
    "notarized 130-140",
    "finalized 140-150",
    "end 150 true",
  ]);
});

test("what does not become final is given up, and memory is bounded", () => {
  const { told, begun, clock, tracer } = recorded();
  const followed = tracer(1);
  for (let i = 0; i < 3_000; i++) followed.admitted(admission(i.toString(16).padStart(64, "0") as Digest));
  assert.equal(begun.length, 2_048);
  clock.ms = 120_091;
  followed.tick();
  assert.equal(told.filter((line) => line === "end 100 false").length, 2_048);
});

test("nothing is sent while it is off, and nothing of OpenTelemetry is loaded: one file imports it, when it is on", async () => {
  const off = { enabled: false, otlpEndpoint: "http://127.0.0.1:1/v1/traces", sampleRatio: 1 };
  assert.equal(await startTracing({ tracing: off }, "1", "a"), undefined);
  const root = join(import.meta.dirname, "../..");
  const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .map((path) => [path, readFileSync(join(root, path), "utf8")] as const);
  const having = (pattern: RegExp) => sources.filter(([, text]) => pattern.test(text)).map(([path]) => path);
  assert.deepEqual(having(/"@opentelemetry\//), ["telemetry/tracing/otlpSink.ts"]);
  assert.deepEqual(having(/otlpSink\.ts"/), ["telemetry/tracing/startTracing.ts"]);
  assert.deepEqual(having(/from "[^"]*otlpSink\.ts"/), []);
});

test("a collector that does not answer holds nothing up", async () => {
  const dead = { enabled: true, otlpEndpoint: "http://127.0.0.1:1/v1/traces", sampleRatio: 1 };
  const tracing = (await startTracing({ tracing: dead }, "1", "a"))!;
  tracing.tracer.admitted(admission(hashOf(1)));
  const startMs = performance.now();
  await tracing.close();
  assert.ok(performance.now() - startMs < 4_000);
});

/** Variables that the libraries of OpenTelemetry know, with values that would be seen. */
const variables: Readonly<Record<string, string>> = {
  OTEL_SDK_DISABLED: "true",
  OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:1/v1/traces",
  OTEL_EXPORTER_OTLP_HEADERS: "x-variable=all",
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: "x-variable=traces",
  OTEL_EXPORTER_OTLP_COMPRESSION: "gzip",
  OTEL_EXPORTER_OTLP_TIMEOUT: "1",
  OTEL_SERVICE_NAME: "variable",
  OTEL_RESOURCE_ATTRIBUTES: "service.instance.id=variable",
  OTEL_TRACES_SAMPLER: "always_off",
  OTEL_BSP_MAX_QUEUE_SIZE: "1",
  OTEL_ATTRIBUTE_COUNT_LIMIT: "0",
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: "0",
};

test("no variable of the environment changes what is sent, and none is changed (X10)", async (t) => {
  const { spans, headers, url } = await collect(t);
  const send = async () => {
    const tracing = (await startTracing({ tracing: { enabled: true, otlpEndpoint: url, sampleRatio: 1 } }, "1", "a"))!;
    for (const byte of [1, 2, 3]) tracing.tracer.admitted(admission(hashOf(byte)));
    await tracing.close();
    const shown = spans
      .splice(0)
      .map(({ name, traceId, instance, attributes }) => ({ name, traceId, instance, attributes }));
    const { host: _host, "content-length": _length, ...rest } = headers.splice(0)[0] ?? {};
    return { shown, rest };
  };
  const plain = await send();
  assert.equal(plain.shown.length, 12);
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    assert.deepEqual(await send(), plain);
    for (const [name, value] of Object.entries(variables)) assert.equal(process.env[name], value);
  } finally {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
});
