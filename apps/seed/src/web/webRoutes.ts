import { listedPeerJson, MAX_LISTED_PEERS, networkStateJson, peerListJson } from "@polis/kratos";
import { metricsJson, prometheusText } from "../counters.ts";
import { listedPeer, type SeedService } from "../service.ts";

/** What a route answers. */
export interface WebAnswer {
  readonly type: string;
  readonly body: string;
  /** Seconds for which a cache may keep it; 0 not at all. */
  readonly maxAgeSeconds: number;
}

/** Version of the program, as `/status` tells it. */
export const SEED_VERSION = "0.1.0";
/** Peers in the unsigned summary (kratos-core 12.7). */
const MAX_SUMMARY = 50;

/**
 * The routes of a seed server (kratos-core 12.7), by path.
 * @param service whose state they show
 */
export function webRoutes(service: SeedService): Readonly<Record<string, () => WebAnswer>> {
  const signedList = () => {
    service.counters.listDownloads += 1;
    return json(peerListJson(service.list()), 60);
  };
  const state = () => json(networkStateJson(service.state()));
  return {
    "/idpeers.json": signedList,
    "/IDpeers.json": signedList,
    "/peers": () => {
      const peers = [...service.active()].sort((a, b) => b.score - a.score).slice(0, MAX_SUMMARY);
      return json({ count: peers.length, peers: peers.map((peer) => listedPeerJson(listedPeer(peer))) });
    },
    "/peers/count": () => json({ active_peers: service.active().length }),
    "/state": state,
    "/network": state,
    "/status": () =>
      json({
        status: "running",
        version: SEED_VERSION,
        dns_seed_id: `0x${service.dnsSeedId}`,
        known_peers: service.registry.size,
        max_listed_peers: MAX_LISTED_PEERS,
        ...metricsJson(service.metrics()),
      }),
    "/health": () => ({ type: "text/plain; charset=utf-8", body: "OK", maxAgeSeconds: 0 }),
    "/metrics": () => ({
      type: "text/plain; version=0.0.4; charset=utf-8",
      body: prometheusText(service.metrics()),
      maxAgeSeconds: 0,
    }),
    "/metrics/json": () => json(metricsJson(service.metrics())),
  };
}

function json(value: unknown, maxAgeSeconds = 0): WebAnswer {
  return { type: "application/json; charset=utf-8", body: JSON.stringify(value), maxAgeSeconds };
}
