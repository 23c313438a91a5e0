import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { alternate, medianOf } from "./alternate.ts";
import { round } from "./timeIt.ts";
import type { Benchmark } from "./types.ts";

const N = 6;
const SCRAPE_MS = 1_000;
const SAMPLE_RATIO = 0.1;
const GOAL_PERCENT = 10;
const load = { ratePerSecond: 300, inFlightMax: 600, seconds: 15, warmUpSeconds: 5 };

/**
 * What being watched costs: payments with metrics and tracing off, and with every validator scraped each second and a tenth
 * of the payments followed by all six. Scraper and collector run in the process that offers the load.
 */
export const observing: Benchmark = {
  name: "observing",
  run: async (context) => {
    const collector = await startCollector();
    const scrapes = { count: 0, bytes: 0 };
    try {
      const { off, on } = await alternate(context, {
        ...{ n: N, load, rounds: 3 },
        offEnv: { NODE_METRICS__ENABLED: "false" },
        onEnv: {
          NODE_METRICS__ENABLED: "true",
          NODE_TRACING__ENABLED: "true",
          NODE_TRACING__SAMPLE_RATIO: String(SAMPLE_RATIO),
          NODE_TRACING__OTLP_ENDPOINT: collector.url,
        },
        beside: async ({ metricsPort }) => {
          const timer = setInterval(() => void scrapeAll(metricsPort, scrapes), SCRAPE_MS);
          return async () => clearInterval(timer);
        },
      });
      const without = medianOf(off, ({ paymentFinalityMs }) => paymentFinalityMs.p99);
      const beside = medianOf(on, ({ paymentFinalityMs }) => paymentFinalityMs.p99);
      const more = without === undefined || beside === undefined ? Number.NaN : (beside / without - 1) * 100;
      return [
        {
          name: "Metrics scraped each second and a tenth of the payments traced",
          goal: `payment finality p99 within ${GOAL_PERCENT} % of the same run without`,
          measured: {
            payment_finality_p99_ms_off: without ?? null,
            payment_finality_p99_ms_on: beside ?? null,
            more_percent: Number.isNaN(more) ? null : round(more, 1),
            payments_per_s_off: medianOf(off, ({ paymentsPerSecond }) => paymentsPerSecond) ?? null,
            payments_per_s_on: medianOf(on, ({ paymentsPerSecond }) => paymentsPerSecond) ?? null,
            scrapes: scrapes.count,
            kb_per_scrape: round(scrapes.bytes / Math.max(1, scrapes.count) / 1e3, 1),
            spans: collector.spans(),
          },
          met: scrapes.count > 0 && collector.spans() > 0 && more <= GOAL_PERCENT,
          note: "medians of runs in turn; six validators on one machine",
        },
      ];
    } finally {
      collector.close();
    }
  },
};

/** Validator 0 has the first port, validator i > 0 the one i + 1 further (kairos 20.1). */
async function scrapeAll(metricsPort: number, scrapes: { count: number; bytes: number }): Promise<void> {
  for (let i = 0; i < N; i++) {
    const url = `http://127.0.0.1:${metricsPort + (i === 0 ? 0 : i + 1)}/metrics`;
    const text = await fetch(url)
      .then((response) => response.text())
      .catch(() => "");
    if (text === "") continue;
    scrapes.count++;
    scrapes.bytes += text.length;
  }
}

/** Takes spans as a collector does, and counts them. */
async function startCollector() {
  let spans = 0;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    spans += body.split('"spanId"').length - 1;
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    spans: () => spans,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
