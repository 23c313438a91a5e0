import { UserError } from "../../errors.ts";

/** Where a seed server is (kratos-core 12.2). There are no defaults: whoever runs a network publishes its own. */
export interface Seed {
  /** Host name or IP address, for HTTP and heartbeats. */
  readonly host: string;
  /** Zone to ask for; undefined for a bare IP address, which has no names. */
  readonly zone: string | undefined;
  /** Name server to ask instead of the system's, as `ip:port`. */
  readonly dns: string | undefined;
  readonly httpPort: number;
  readonly heartbeatPort: number;
}

const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;
const IP4 = /^[0-9.]+$/;
const IP6 = /^\[[0-9a-fA-F:.]+\]$/;

/**
 * Reads `--seed`: a host, then options after commas.
 * @example parseSeed("seed.example.org")
 * @example parseSeed("127.0.0.1,http=8080,heartbeat=30334,dns=127.0.0.1:5353,zone=seed.test")
 * @throws UserError when it is nothing of the kind
 */
export function parseSeed(text: string): Seed {
  const [host = "", ...words] = text.trim().split(",");
  const options = new Map<string, string>();
  for (const word of words) {
    const at = word.indexOf("=");
    const name = word.slice(0, Math.max(0, at));
    if (!["http", "heartbeat", "dns", "zone"].includes(name) || options.has(name)) throw wrongSeed(text);
    options.set(name, word.slice(at + 1));
  }
  const isIp = IP4.test(host) || IP6.test(host);
  const zone = options.get("zone") ?? (isIp ? undefined : host);
  const dns = options.get("dns");
  const isDns = dns === undefined || /^([0-9.]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}$/.test(dns);
  if (!(HOST.test(host) || IP6.test(host)) || (zone !== undefined && !HOST.test(zone)) || !isDns) throw wrongSeed(text);
  return {
    host,
    zone,
    dns,
    httpPort: portOf(options.get("http") ?? "8080", text),
    heartbeatPort: portOf(options.get("heartbeat") ?? "30334", text),
  };
}

function portOf(value: string, text: string): number {
  if (/^[1-9][0-9]{0,4}$/.test(value) && Number(value) < 65_536) return Number(value);
  throw wrongSeed(text);
}

function wrongSeed(text: string): UserError {
  const hint =
    "give a host, such as seed.example.org, with ,http=8080 ,heartbeat=30334 ,dns=ip:port ,zone=name where needed";
  return new UserError("SEED_INVALID", `not a seed server: ${text}`, hint, { exitCode: 2 });
}
