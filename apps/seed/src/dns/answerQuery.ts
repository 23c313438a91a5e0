import {
  type IpBytes,
  type PeerAddress,
  type PeerRecord,
  parseMultiaddress,
  peerLabel,
  peerOfLabel,
  shuffled,
} from "@polis/kratos";
import type { SeedService } from "../service.ts";
import {
  type DnsAnswer,
  type DnsCode,
  type DnsQuery,
  type DnsRecord,
  dnsCodes,
  dnsTypes,
  encodeName,
} from "./message.ts";

/** Seconds for which a resolver may keep an answer (kratos-core 12.7). */
const TTL_S = 60;
const SERVICE = ["_kratos", "_tcp"];

/** What the answers are made of. */
export interface ZoneOptions {
  /** Labels of the zone, in lower case. */
  readonly zone: readonly string[];
  readonly service: Pick<SeedService, "dnsPeers" | "state" | "registry">;
  readonly random: (below: number) => number;
}

/**
 * Answers a question (kratos-core 12.7). The zone itself has the addresses of peers, one line of text, and the SRV records that
 * `_kratos._tcp` has too; each of those names a peer, whose name has its addresses. ANY is empty, the rest is refused.
 */
export function answerQuery(query: DnsQuery, { zone, service, random }: ZoneOptions): DnsAnswer {
  const { labels, type } = query;
  const depth = labels.length - zone.length;
  const isInside = depth >= 0 && zone.every((label, i) => label === labels[depth + i]);
  if (!isInside) return only(dnsCodes.REFUSED);
  if (type === dnsTypes.ANY) return only(dnsCodes.NOERROR);
  if (![dnsTypes.A, dnsTypes.AAAA, dnsTypes.TXT, dnsTypes.SRV].some((known) => known === type)) {
    return only(dnsCodes.REFUSED);
  }
  const name = labels.slice(0, depth);
  if (depth === 0) return records(zoneRecords(type, zone, service, random));
  if (name.join(".") === SERVICE.join(".")) {
    return records(type === dnsTypes.SRV ? serviceRecords(zone, shuffled(service.dnsPeers(), random)) : []);
  }
  const peerId = depth === 1 ? peerOfLabel(name[0]!) : undefined;
  const peer = peerId === undefined ? undefined : service.registry.get(peerId);
  return peer === undefined ? only(dnsCodes.NXDOMAIN) : records(addressRecords(type, [peer]));
}

function zoneRecords(
  type: number,
  zone: readonly string[],
  service: ZoneOptions["service"],
  random: ZoneOptions["random"],
) {
  if (type === dnsTypes.TXT) return [textRecord(service)];
  const peers = shuffled(service.dnsPeers(), random);
  return type === dnsTypes.SRV ? serviceRecords(zone, peers) : addressRecords(type, peers);
}

/** A or AAAA records; a host of several peers has one. */
function addressRecords(type: number, peers: readonly PeerRecord[]): readonly DnsRecord[] {
  const size = type === dnsTypes.A ? 4 : type === dnsTypes.AAAA ? 16 : 0;
  const ips = new Map<string, IpBytes>();
  for (const { ip } of peers.flatMap(addressesOf)) if (ip.length === size) ips.set(ip.toHex(), ip);
  return [...ips.values()].map((data) => ({ type, data }));
}

/** SRV records (RFC 2782): equal priority and weight, the peer's port, and the name that has its addresses. */
function serviceRecords(zone: readonly string[], peers: readonly PeerRecord[]): readonly DnsRecord[] {
  return peers.flatMap((peer) => {
    const port = addressesOf(peer)[0]?.port;
    if (port === undefined) return [];
    const target = encodeName([peerLabel(peer.peerId), ...zone]);
    return [{ type: dnsTypes.SRV, data: Uint8Array.from([0, 0, 0, 0, port >> 8, port & 255, ...target]) }];
  });
}

/** State, number of validators and height, in one line. */
function textRecord(service: ZoneOptions["service"]): DnsRecord {
  const { securityState, activeValidators, bestHeight } = service.state();
  const line = `state=${securityState ?? "Unknown"} validators=${activeValidators} height=${bestHeight}`;
  return { type: dnsTypes.TXT, data: Uint8Array.from([line.length, ...Buffer.from(line, "ascii")]) };
}

function addressesOf({ addresses }: PeerRecord): readonly PeerAddress[] {
  return addresses.flatMap((text) => parseMultiaddress(text) ?? []);
}

function records(found: readonly DnsRecord[]): DnsAnswer {
  return { code: dnsCodes.NOERROR, records: found.slice(0, 25), ttlSeconds: TTL_S };
}

function only(code: DnsCode): DnsAnswer {
  return { code, records: [], ttlSeconds: TTL_S };
}
