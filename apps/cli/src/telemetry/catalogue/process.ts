import { counter, gauge, type MetricSpec } from "./spec.ts";

/** Metrics of the program itself (kairos 19.1). */
export const processMetrics = {
  build_info: gauge("Always 1; the labels say what runs.", ["version", "node"]),
  health_ready: gauge("1 when /readyz says ready."),
  process_start_time_seconds: gauge("When the process started, Unix seconds."),
  process_cpu_seconds_total: counter("Processor time, user and system."),
  process_resident_memory_bytes: gauge("Memory that the process holds."),
  process_open_fds: gauge("Open file descriptors; absent where the system does not tell."),
  nodejs_heap_size_used_bytes: gauge("JavaScript heap in use."),
  nodejs_heap_size_total_bytes: gauge("JavaScript heap reserved."),
  nodejs_external_memory_bytes: gauge("Memory of buffers outside the heap."),
  nodejs_eventloop_lag_seconds: gauge("Mean delay of the event loop since the last scrape."),
  nodejs_eventloop_lag_p99_seconds: gauge("99th percentile of that delay since the last scrape."),
  nodejs_eventloop_lag_max_seconds: gauge("Largest such delay since the last scrape."),
  worker_restarts_total: counter(
    "Worker threads replaced after they had ended before their time.",
    ["worker"],
    [{ worker: "calls" }],
  ),
  metrics_dropped_total: counter("Uses of an unknown name or label, or of one series too many."),
} as const satisfies Record<string, MetricSpec>;
