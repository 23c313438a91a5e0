/** What a seed server counts since its start (kratos-core 12.7). */
export interface Counters {
  heartbeatsTotal: number;
  heartbeatsAccepted: number;
  heartbeatsRejected: number;
  rateLimited: number;
  dnsQueries: number;
  listDownloads: number;
}

/** All zero. */
export function newCounters(): Counters {
  return {
    ...{ heartbeatsTotal: 0, heartbeatsAccepted: 0, heartbeatsRejected: 0 },
    ...{ rateLimited: 0, dnsQueries: 0, listDownloads: 0 },
  };
}

/** What `/metrics` shows: the counters, and how things are now. */
export interface SeedMetrics extends Readonly<Counters> {
  readonly uptimeSeconds: number;
  readonly activePeers: number;
  readonly activeValidators: number;
  readonly bestHeight: number;
  readonly bannedIps: number;
}

/** Every metric: its name behind `kratos_dns_seed_`, which is also its name in JSON, its type and what it says. */
export const seedMetrics: readonly (readonly [string, "counter" | "gauge", string, keyof SeedMetrics])[] = [
  ["uptime_seconds", "gauge", "Seconds since the start.", "uptimeSeconds"],
  ["heartbeats_total", "counter", "Heartbeats received.", "heartbeatsTotal"],
  ["heartbeats_accepted_total", "counter", "Heartbeats accepted.", "heartbeatsAccepted"],
  ["heartbeats_rejected_total", "counter", "Heartbeats rejected.", "heartbeatsRejected"],
  ["rate_limited_total", "counter", "Requests refused because a source asked too often.", "rateLimited"],
  ["dns_queries_total", "counter", "DNS queries received.", "dnsQueries"],
  ["list_downloads_total", "counter", "Signed lists served.", "listDownloads"],
  ["active_peers", "gauge", "Peers seen within 240 seconds.", "activePeers"],
  ["active_validators", "gauge", "Active validators, as the network state says.", "activeValidators"],
  ["best_height", "gauge", "Median of the heights that active peers claim.", "bestHeight"],
  ["banned_ips", "gauge", "Sources that are banned now.", "bannedIps"],
];

/** The text that Prometheus reads (exposition format 0.0.4). */
export function prometheusText(metrics: SeedMetrics): string {
  const lines = seedMetrics.flatMap(([name, type, help, key]) => [
    `# HELP kratos_dns_seed_${name} ${help}`,
    `# TYPE kratos_dns_seed_${name} ${type}`,
    `kratos_dns_seed_${name} ${metrics[key]}`,
  ]);
  return `${lines.join("\n")}\n`;
}

/** The same numbers as an object. */
export function metricsJson(metrics: SeedMetrics): Readonly<Record<string, number>> {
  return Object.fromEntries(seedMetrics.map(([name, , , key]) => [name, metrics[key]]));
}
