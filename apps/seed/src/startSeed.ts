import { randomInt } from "node:crypto";
import { type Digest, seconds } from "@polis/codec";
import { type RequestGate, ResponseLimiter } from "@polis/kratos";
import { createProber, type Prober } from "@polis/p2p";
import { askNode } from "./askNode.ts";
import { answerQuery } from "./dns/answerQuery.ts";
import { createDnsServer } from "./dns/dnsServer.ts";
import { createHeartbeatServer, type HeartbeatLimits, heartbeatLimits } from "./heartbeats/heartbeatServer.ts";
import type { Listening } from "./listen.ts";
import type { Log } from "./log.ts";
import type { RegionOf } from "./regions.ts";
import { SeedService } from "./service.ts";
import { openPeerFile, type PeerFile } from "./store/peerFile.ts";
import { createHttpServer } from "./web/httpServer.ts";

/** What a seed server is started with. */
export interface SeedOptions {
  readonly genesisHash: Digest;
  /** Such as `seed.example.org`. */
  readonly zone: string;
  /** Ed25519 seed, 32 bytes. */
  readonly secret: Uint8Array;
  readonly host: string;
  readonly dnsPort: number;
  readonly httpPort: number;
  readonly heartbeatPort: number;
  readonly dataDirectory: string;
  readonly fallbackBootnodes: readonly string[];
  readonly regionOf: RegionOf;
  /** JSON-RPC of a node of the operator. */
  readonly rpc: string | undefined;
  /** Seconds between two lists: 60, or fewer. */
  readonly listSeconds: number;
  readonly log: Log;
  /** The rest has defaults; tests bring their own. */
  readonly nowMs?: () => number;
  readonly prober?: Prober;
  readonly gate?: RequestGate;
  readonly limits?: HeartbeatLimits;
}

/** A running seed server. */
export interface SeedServer {
  readonly service: SeedService;
  readonly ports: { readonly dns: number; readonly http: number; readonly heartbeat: number };
  /** Stores the registry and ends everything. */
  close(): Promise<void>;
}

/** Time for a dial-back, dials at a time, and the pauses between works that repeat. */
const DIAL_BACK_MS = 10_000;
const PARALLEL_DIALS = 96;
const TICK_MS = 10_000;
const MINUTE_MS = 60_000;
const PROBES_A_MINUTE = 60;

/** Starts a seed server (kratos-core 12.3 to 12.7). @throws SeedError when files, options or ports are wrong */
export async function startSeed(options: SeedOptions): Promise<SeedServer> {
  const { genesisHash, host, log, secret } = options;
  const nowMs = options.nowMs ?? Date.now;
  const now = () => seconds(Math.floor(nowMs() / 1_000));
  const file = openPeerFile(options.dataDirectory, genesisHash);
  const stored = file.load();
  const prober = options.prober ?? (await createProber(PARALLEL_DIALS));
  const probe = (address: string) => prober.probe(address, DIAL_BACK_MS);
  const service = new SeedService({ ...options, genesisHash, secret, probe, random: randomInt, now });
  service.registry.restore(stored, now());
  service.renewList();
  const zone = options.zone.toLowerCase().split(".");
  const open: Listening[] = [];
  const openAll = async () => {
    const answer = (query: Parameters<typeof answerQuery>[0]) =>
      answerQuery(query, { zone, service, random: randomInt });
    const count = (what: "dnsQueries" | "rateLimited") => {
      service.counters[what] += 1;
    };
    const dns = { host, port: options.dnsPort, answer, limiter: new ResponseLimiter(), count, nowMs };
    open.push(await createDnsServer(dns));
    open.push(await createHttpServer({ host, port: options.httpPort }, service, nowMs));
    const at = { host, port: options.heartbeatPort };
    open.push(await createHeartbeatServer(at, service, now, options.limits ?? heartbeatLimits));
  };
  const closeAll = async () => {
    await Promise.all(open.map((one) => one.close()));
    await prober.close();
  };
  await openAll().catch(async (error) => {
    await closeAll();
    throw error;
  });
  const works = repeatWorks(service, file, options);
  const [dns, http, heartbeat] = open.map(({ port }) => port) as [number, number, number];
  log("info", "the seed server is ready", {
    dns,
    http,
    heartbeat,
    id: service.dnsSeedId,
    peers: service.registry.size,
  });
  return {
    service,
    ports: { dns, http, heartbeat },
    async close() {
      for (const work of works) clearInterval(work);
      try {
        await closeAll();
      } finally {
        file.save(service.registry.all());
      }
      log("info", "the seed server has stopped", { peers: service.registry.size });
    },
  };
}

/** What happens again and again: time for the registry, a new list, probes, questions to the operator's node. */
function repeatWorks(service: SeedService, file: PeerFile, options: SeedOptions): readonly NodeJS.Timeout[] {
  const { rpc, log } = options;
  const ask = async () => {
    if (rpc === undefined) return;
    try {
      service.report = await askNode(rpc);
    } catch (error) {
      service.report = undefined;
      log("warn", "the node does not answer", { rpc, reason: (error as Error).message });
    }
  };
  const store = () => {
    try {
      file.save(service.registry.all());
    } catch (error) {
      log("error", "the registry cannot be stored", { reason: (error as Error).message });
    }
  };
  void ask();
  return [
    setInterval(() => service.tick(), TICK_MS),
    setInterval(() => service.renewList(), 1_000 * options.listSeconds),
    setInterval(store, MINUTE_MS),
    setInterval(() => void service.probeSome(PROBES_A_MINUTE), MINUTE_MS),
    setInterval(() => void ask(), MINUTE_MS),
  ];
}
