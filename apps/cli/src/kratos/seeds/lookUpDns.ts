import { Resolver } from "node:dns/promises";
import { libp2pPeerId, multiaddressText, parseIp, peerOfLabel, serviceName } from "@polis/kratos";
import type { Seed } from "./parseSeed.ts";

/** Most peers taken from DNS (kratos-core 12.2). */
export const MAX_DNS_PEERS = 25;
/** Port of the peers whose record names none (kratos-core 12.1). */
const DEFAULT_P2P_PORT = 30_333;

/**
 * Asks the name servers for the peers of a seed's zone: SRV tells address, port and peer id; A and AAAA an address only. DNS is
 * not signed, so that whoever answers may lie: each connection proves the peer id, and no seed fills a list alone.
 * @param signal ends the look-up; what is known by then is returned
 * @returns multiaddresses, those with a peer id first; none when nothing answers
 */
export async function lookUpDns(seed: Seed, signal: AbortSignal): Promise<readonly string[]> {
  const { zone } = seed;
  if (zone === undefined || signal.aborted) return [];
  const resolver = new Resolver({ timeout: 2_000, tries: 3 });
  if (seed.dns !== undefined) resolver.setServers([seed.dns]);
  const cancel = () => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const [services, plain] = await Promise.all([services4(resolver, zone, signal), addressesOf(resolver, zone)]);
    const known = new Set(services.map(({ ip }) => ip));
    const bare = plain.filter((ip) => !known.has(ip)).flatMap((ip) => multiaddress(ip, DEFAULT_P2P_PORT, undefined));
    return [...services.map(({ address }) => address), ...bare].slice(0, MAX_DNS_PEERS);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

interface Service {
  readonly ip: string;
  readonly address: string;
}

/** The peers of the zone's SRV records, each with its addresses. */
async function services4(resolver: Resolver, zone: string, signal: AbortSignal): Promise<readonly Service[]> {
  const records = (await quietly(resolver.resolveSrv(serviceName(zone)))).slice(0, MAX_DNS_PEERS);
  const found = await Promise.all(
    records.map(async ({ name, port }) => {
      const peerId = peerOfLabel(name.split(".", 1)[0] ?? "");
      if (peerId === undefined || !name.toLowerCase().endsWith(`.${zone.toLowerCase()}`) || signal.aborted) return [];
      const ips = await addressesOf(resolver, name);
      return ips.flatMap((ip) => multiaddress(ip, port, libp2pPeerId(peerId)).map((address) => ({ ip, address })));
    }),
  );
  return found.flat();
}

async function addressesOf(resolver: Resolver, name: string): Promise<readonly string[]> {
  const answers = await Promise.all([quietly(resolver.resolve4(name)), quietly(resolver.resolve6(name))]);
  return answers.flat().slice(0, MAX_DNS_PEERS);
}

function multiaddress(text: string, port: number, peerId: string | undefined): readonly string[] {
  const ip = parseIp(text);
  return ip === undefined || port === 0 ? [] : [multiaddressText({ ip, port, peerId })];
}

/** No answer is no fault of ours: an empty result is not an error (kratos-core 12.2). */
async function quietly<T>(answer: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await answer;
  } catch {
    return [];
  }
}
