import { BlockList, isIPv4, isIPv6 } from "node:net";
import { peerIdFromString } from "@libp2p/peer-id";
import { CODE_IP4, CODE_IP6, CODE_P2P, CODE_TCP, type Multiaddr, multiaddr } from "@multiformats/multiaddr";
import { P2pError } from "./errors.ts";

/** Longest multiaddress taken from anybody, in characters. */
const MAX_ADDRESS_LENGTH = 256;

/** Ranges that belong to a host or a site: no attacker has many of them, and a test network has nothing else. */
const site = new BlockList();
site.addSubnet("127.0.0.0", 8, "ipv4");
site.addSubnet("10.0.0.0", 8, "ipv4");
site.addSubnet("172.16.0.0", 12, "ipv4");
site.addSubnet("192.168.0.0", 16, "ipv4");
site.addSubnet("169.254.0.0", 16, "ipv4");
site.addSubnet("100.64.0.0", 10, "ipv4");
site.addAddress("::1", "ipv6");
site.addSubnet("fc00::", 7, "ipv6");
site.addSubnet("fe80::", 10, "ipv6");

/** An address to dial: what kratos-core 12.2 writes as `ip4/…/tcp/…/p2p/…`. */
export interface PeerAddress {
  /** Undefined when whoever answers there will do. */
  readonly peer: string | undefined;
  readonly address: Multiaddr;
}

/**
 * Reads an address to dial, with or without the leading slash.
 * @throws P2pError when it is no multiaddress of TCP, too long, or names a peer by something that is no peer id
 */
export function parsePeerAddress(text: string): PeerAddress {
  try {
    if (text.length > MAX_ADDRESS_LENGTH) throw new RangeError("it is too long");
    const address = multiaddr(text.startsWith("/") ? text : `/${text}`);
    if (!isTcp(address)) throw new RangeError("it is no TCP address");
    const peer = peerOf(address);
    if (peer !== undefined) peerIdFromString(peer);
    return { peer, address };
  } catch (error) {
    throw new P2pError(
      "P2P_ADDRESS",
      `${JSON.stringify(text.slice(0, MAX_ADDRESS_LENGTH))} is not the address of a peer`,
      "write it as /ip4/192.0.2.7/tcp/30333/p2p/12D3Koo…",
      error,
    );
  }
}

/** The peer id in a multiaddress. */
export function peerOf(address: Multiaddr): string | undefined {
  return address.getComponents().findLast(({ code }) => code === CODE_P2P)?.value;
}

/** Whether an address is plain TCP and short enough to be kept. */
export function isTcp(address: Multiaddr): boolean {
  const [host, port, ...rest] = address.getComponents();
  return (
    host !== undefined &&
    ["ip4", "ip6", "dns", "dns4", "dns6"].includes(host.name) &&
    port?.code === CODE_TCP &&
    rest.every(({ code }) => code === CODE_P2P) &&
    address.toString().length <= MAX_ADDRESS_LENGTH
  );
}

/** The IP address in a multiaddress, IPv4 written as such even when IPv6 carries it; undefined for a name. */
export function ipOf(address: Multiaddr): string | undefined {
  const value = address.getComponents().find(({ code }) => code === CODE_IP4 || code === CODE_IP6)?.value;
  if (value === undefined) return undefined;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(value);
  if (mapped === null) return value;
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** What counts as one address where connections are counted: an IPv4 address, or an IPv6 /64, which is one customer. */
export function siteOf(ip: string): string {
  return isIPv6(ip) ? ipv6Groups(ip).slice(0, 4).join(":") : ip;
}

/**
 * The group of addresses that one operator can have many of: IPv4 /16, IPv6 /32 (kratos-core 12.2).
 * @returns undefined for loopback and private addresses, and for what is no address
 */
export function subnetOf(ip: string): string | undefined {
  if (isIPv4(ip)) return site.check(ip, "ipv4") ? undefined : ip.split(".").slice(0, 2).join(".");
  if (!isIPv6(ip) || site.check(ip, "ipv6")) return undefined;
  return ipv6Groups(ip).slice(0, 2).join(":");
}

function ipv6Groups(ip: string): string[] {
  const [head = "", tail] = ip.toLowerCase().split("%")[0]!.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: missing }, () => "0"), ...right];
  return groups.map((group) => Number.parseInt(group, 16).toString(16));
}
