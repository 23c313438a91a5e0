/** 4 bytes of an IPv4 address, or 16 of an IPv6 address. */
export type IpBytes = Uint8Array;

/**
 * The bytes of an address, or undefined when the text is none. An IPv4 address that a socket writes as IPv6 (`::ffff:1.2.3.4`)
 * gives its 4 bytes, so that one host has one form.
 * @example parseIp("::1") // 16 bytes
 */
export function parseIp(text: string): IpBytes | undefined {
  if (text.length > 45) return undefined;
  if (!text.includes(":")) return parseIp4(text);
  const bytes = parseIp6(text);
  return bytes !== undefined && isMapped(bytes) ? bytes.slice(12) : bytes;
}

function parseIp4(text: string): IpBytes | undefined {
  const parts = text.split(".");
  // A leading zero would be octal to some readers.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return Uint8Array.from(parts, Number);
}

function parseIp6(text: string): IpBytes | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, i) => groupsOf(half, i === halves.length - 1));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return Uint8Array.from([...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])]);
}

/** @param isLast only the end of an address may be written as IPv4 */
function groupsOf(text: string, isLast: boolean): readonly number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [i, group] of groups.entries()) {
    const embedded = isLast && group.includes(".") && i === groups.length - 1 ? parseIp4(group) : undefined;
    if (embedded !== undefined) bytes.push(...embedded);
    else if (/^[0-9a-fA-F]{1,4}$/.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255);
    else return undefined;
  }
  return bytes;
}

function isMapped(bytes: IpBytes): boolean {
  return (
    bytes.length === 16 && bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  );
}

/** True when two addresses are the same. */
export function equalIp(a: IpBytes, b: IpBytes): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** The one text form of an address: of IPv6 that of RFC 5952. */
export function ipText(ip: IpBytes): string {
  if (ip.length === 4) return ip.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => ((ip[2 * i]! << 8) | ip[2 * i + 1]!).toString(16));
  let best = { at: 0, length: 1 };
  for (let at = 0; at < 8; at++) {
    let length = 0;
    while (at + length < 8 && groups[at + length] === "0") length++;
    if (length > best.length) best = { at, length };
  }
  if (best.length < 2) return groups.join(":");
  return `${groups.slice(0, best.at).join(":")}::${groups.slice(best.at + best.length).join(":")}`;
}

/**
 * What a limit counts as one source: an IPv4 address, or the /64 of an IPv6 address, whose holder has all of its addresses.
 * @param text as a socket gives it; text that is no address stands for itself
 */
export function ipSource(text: string): string {
  const ip = parseIp(text);
  if (ip === undefined) return text.slice(0, 45);
  return ip.length === 4 ? ipText(ip) : ipText(Uint8Array.from([...ip.subarray(0, 8), ...new Uint8Array(8)]));
}

/** Networks that are no part of the public internet (RFC 6890), as first bytes and their number of bits. */
const SPECIAL4: readonly (readonly [readonly number[], number])[] = [
  [[0], 8],
  [[10], 8],
  [[100, 64], 10],
  [[127], 8],
  [[169, 254], 16],
  [[172, 16], 12],
  [[192, 0, 0], 24],
  [[192, 0, 2], 24],
  [[192, 168], 16],
  [[198, 18], 15],
  [[198, 51, 100], 24],
  [[203, 0, 113], 24],
  [[224], 3],
];

/** True for an address that anybody on the internet can reach. */
export function isPublicIp(ip: IpBytes): boolean {
  if (ip.length === 4) return !SPECIAL4.some(([prefix, bits]) => hasPrefix(ip, Uint8Array.from(prefix), bits));
  // Only 2000::/3 is given out; 2001:db8::/32 is for documents, and 2002::/16 carries IPv4 addresses of any kind.
  return (
    (ip[0]! & 0xe0) === 0x20 &&
    !hasPrefix(ip, Uint8Array.of(0x20, 0x01, 0x0d, 0xb8), 32) &&
    !hasPrefix(ip, Uint8Array.of(0x20, 0x02), 16)
  );
}

/** Whether the first `bits` of an address are those of the prefix; bytes that the prefix lacks are zero. */
export function hasPrefix(ip: IpBytes, prefix: Uint8Array, bits: number): boolean {
  for (let i = 0; i * 8 < bits; i++) {
    const mask = bits - i * 8 >= 8 ? 255 : (0xff00 >> (bits - i * 8)) & 255;
    if ((ip[i]! & mask) !== ((prefix[i] ?? 0) & mask)) return false;
  }
  return true;
}
