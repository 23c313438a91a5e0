import { type Digest, digest } from "@polis/codec";
import { MAX_FALLBACK_BOOTNODES, parseMultiaddress } from "@polis/kratos";
import { type Command, InvalidArgumentError } from "commander";
import { loadKey } from "../keyFile.ts";
import { createLog } from "../log.ts";
import { loadRegions } from "../regions.ts";
import { startSeed } from "../startSeed.ts";

interface RunFlags {
  readonly genesisHash: Digest;
  readonly zone: string;
  readonly key: string;
  readonly listen: string;
  readonly dnsPort: number;
  readonly httpPort: number;
  readonly heartbeatPort: number;
  readonly data: string;
  readonly fallbackBootnode: readonly string[];
  readonly regionFile?: string;
  readonly rpc?: string;
  readonly listSeconds: number;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Adds `run`. */
export function registerRun(program: Command): void {
  program
    .command("run")
    .description("run the seed server until SIGTERM or SIGINT")
    .requiredOption("--genesis-hash <hex>", "genesis hash of the chain that is served", genesisHashOf)
    .requiredOption("--zone <name>", "DNS zone that is answered for, such as seed.example.org", zoneOf)
    .requiredOption("--key <file>", "key file that signs the lists")
    .requiredOption("--data <directory>", "where the peers survive a restart")
    .option("--listen <ip>", "address of all listeners; :: for IPv6 too", "0.0.0.0")
    .option("--dns-port <port>", "DNS over UDP and TCP", portOf, 5_353)
    .option("--http-port <port>", "HTTP", portOf, 8_080)
    .option("--heartbeat-port <port>", "heartbeats over TCP", portOf, 30_334)
    .option("--fallback-bootnode <multiaddress>", "in every list; repeatable", bootnodesOf, [])
    .option("--region-file <file>", "lines of network and region, to spread lists over regions")
    .option("--rpc <url>", "JSON-RPC of your own node: proves validators, tells the security state", urlOf)
    .option("--list-seconds <seconds>", "between two lists; at most 60", listSecondsOf, 60)
    .option("-v, --verbose", "log more")
    .option("--json", "log lines of JSON")
    .action(run);
}

async function run(flags: RunFlags): Promise<void> {
  const log = createLog(flags.json === true, flags.verbose === true ? "debug" : "info");
  const stopped = new Promise<string>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  const seed = await startSeed({
    ...{ genesisHash: flags.genesisHash, zone: flags.zone, secret: loadKey(flags.key), host: flags.listen },
    ...{ dnsPort: flags.dnsPort, httpPort: flags.httpPort, heartbeatPort: flags.heartbeatPort },
    ...{ dataDirectory: flags.data, fallbackBootnodes: flags.fallbackBootnode },
    ...{ regionOf: loadRegions(flags.regionFile), rpc: flags.rpc, listSeconds: flags.listSeconds, log },
  });
  log("info", "stopping", { signal: await stopped });
  await seed.close();
}

function genesisHashOf(text: string): Digest {
  const hex = text.toLowerCase().replace(/^0x/, "");
  if (/^[0-9a-f]{64}$/.test(hex)) return digest(hex);
  throw new InvalidArgumentError("want 32 bytes as hex.");
}

function zoneOf(text: string): string {
  const zone = text.toLowerCase().replace(/\.$/, "");
  // Names of peers are 53 characters longer, and the answers must fit.
  const isZone = /^(?=.{1,100}$)[a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/.test(zone);
  if (isZone) return zone;
  throw new InvalidArgumentError("want a domain name of at most 100 characters.");
}

function portOf(text: string): number {
  if (/^[0-9]{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new InvalidArgumentError("want 0 to 65535; 0 takes a free one.");
}

function listSecondsOf(text: string): number {
  if (/^[0-9]{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 60) return Number(text);
  throw new InvalidArgumentError("want 1 to 60.");
}

function bootnodesOf(text: string, before: readonly string[]): readonly string[] {
  if (parseMultiaddress(text)?.peerId === undefined) {
    throw new InvalidArgumentError("want /ip4/…/tcp/…/p2p/….");
  }
  if (before.length >= MAX_FALLBACK_BOOTNODES) throw new InvalidArgumentError(`at most ${MAX_FALLBACK_BOOTNODES}.`);
  return [...before, text];
}

function urlOf(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === "http:" || url?.protocol === "https:") return text;
  throw new InvalidArgumentError("want http:// or https://.");
}
