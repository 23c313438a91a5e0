import { readdirSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { MetricsRegistry } from "./metrics.ts";

/** Where Linux lists the open files of this process. */
const fdDir = "/proc/self/fd";
const nanosPerSecond = 1e9;
/** The event loop is looked at so often; the platform counts this time as part of the delay. */
const resolutionMs = 10;

/** Takes its measurements when the metrics are read; stops with the node. */
export interface ProcessGauges {
  stop(): void;
}

/**
 * Adds what the program itself costs to a registry (kairos 19.1): processor, memory, files and the delay of the event loop,
 * which is also observed ten times a second as the lag of consensus, whose thread this is.
 * @example const gauges = startProcessGauges(metrics, "0.1.0"); // and gauges.stop() in the end
 */
export function startProcessGauges(metrics: MetricsRegistry, version: string): ProcessGauges {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  const timer = watchLag(metrics);
  metrics.gauge("build_info", 1, { version, node: process.versions.node });
  metrics.gauge("process_start_time_seconds", Math.floor(Date.now() / 1000 - process.uptime()));
  let countedS = 0;
  let isStopped = false;
  metrics.onRender(() => {
    if (isStopped) return;
    const { user, system } = process.cpuUsage();
    const usedS = (user + system) / 1e6;
    metrics.count("process_cpu_seconds_total", usedS - countedS);
    countedS = usedS;
    const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
    metrics.gauge("process_resident_memory_bytes", rss);
    metrics.gauge("nodejs_heap_size_total_bytes", heapTotal);
    metrics.gauge("nodejs_heap_size_used_bytes", heapUsed);
    metrics.gauge("nodejs_external_memory_bytes", external);
    const files = openFiles();
    if (files !== undefined) metrics.gauge("process_open_fds", files);
    // Without a sample the histogram says NaN.
    if (delay.count === 0) return;
    metrics.gauge("nodejs_eventloop_lag_seconds", lateS(delay.mean));
    metrics.gauge("nodejs_eventloop_lag_p99_seconds", lateS(delay.percentile(99)));
    metrics.gauge("nodejs_eventloop_lag_max_seconds", lateS(delay.max));
    delay.reset();
  });
  return {
    stop: () => {
      isStopped = true;
      delay.disable();
      clearInterval(timer);
    },
  };
}

function lateS(nanos: number): number {
  return Math.max(0, nanos / nanosPerSecond - resolutionMs / 1_000);
}

const lagIntervalMs = 100;

function watchLag(metrics: MetricsRegistry): NodeJS.Timeout {
  let dueMs = performance.now() + lagIntervalMs;
  const timer = setInterval(() => {
    const now = performance.now();
    metrics.observe("consensus_loop_lag_seconds", Math.max(0, now - dueMs) / 1_000);
    dueMs = now + lagIntervalMs;
  }, lagIntervalMs);
  timer.unref();
  return timer;
}

function openFiles(): number | undefined {
  try {
    return readdirSync(fdDir).length;
  } catch {
    // Other systems do not tell.
    return undefined;
  }
}
