import { type IpBytes, ipText, parseIp } from "./ip.ts";

/** An address of a peer: `/ip4|ip6/…/tcp/…`, with or without `/p2p/…` (kratos-core 12.2). */
export interface PeerAddress {
  readonly ip: IpBytes;
  readonly port: number;
  /** Base58 text; undefined when the address names none. */
  readonly peerId: string | undefined;
}

/** Longest text of an address. */
export const MAX_ADDRESS_BYTES = 128;

const FORM = /^\/(ip4|ip6)\/([0-9a-fA-F.:]{2,45})\/tcp\/([1-9][0-9]{0,4})(?:\/p2p\/([1-9A-HJ-NP-Za-km-z]{40,60}))?$/;

/**
 * Reads a multiaddress of the two forms that this network uses; anything else, names included, gives undefined.
 * @example parseMultiaddress("/ip4/192.0.2.7/tcp/30333")
 */
export function parseMultiaddress(text: string): PeerAddress | undefined {
  const match = text.length <= MAX_ADDRESS_BYTES ? FORM.exec(text) : null;
  if (match === null) return undefined;
  const [, family, host, port, peerId] = match;
  const ip = parseIp(host!);
  // `/ip6/::ffff:1.2.3.4` would be a second way to write an IPv4 address.
  if (ip === undefined || ip.length !== (family === "ip4" ? 4 : 16) || Number(port) > 65_535) return undefined;
  return { ip, port: Number(port), peerId };
}

/** The text of an address, in its one form. */
export function multiaddressText({ ip, port, peerId }: PeerAddress): string {
  return `/${ip.length === 4 ? "ip4" : "ip6"}/${ipText(ip)}/tcp/${port}${peerId === undefined ? "" : `/p2p/${peerId}`}`;
}
