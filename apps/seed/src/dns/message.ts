/** Types of records (RFC 1035, 2782, 3596). */
export const dnsTypes = { A: 1, TXT: 16, AAAA: 28, SRV: 33, ANY: 255 } as const;
/** Codes of answers (RFC 1035, 4.1.1). */
export const dnsCodes = { NOERROR: 0, FORMERR: 1, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
/** A code in the header of an answer. */
export type DnsCode = (typeof dnsCodes)[keyof typeof dnsCodes];

/** A query with one question. */
export interface DnsQuery {
  readonly id: number;
  readonly recursionDesired: boolean;
  /** Labels in lower case; bytes that are not ASCII make a name that no zone has. */
  readonly labels: readonly string[];
  readonly type: number;
  /** The question as it came, in its own case: an answer repeats it. */
  readonly question: Uint8Array;
}

/** A record of an answer; its owner is the name that was asked for. */
export interface DnsRecord {
  readonly type: number;
  readonly data: Uint8Array;
}

/** What a packet is: a query, one that only an error answers, or nothing to answer. */
export type ReadQuery =
  | { readonly kind: "query"; readonly query: DnsQuery }
  | { readonly kind: "error"; readonly id: number; readonly code: DnsCode }
  | { readonly kind: "nothing" };

const HEADER = 12;
const CLASS_IN = 1;
const CLASS_ANY = 255;

/**
 * Reads a query (RFC 1035, 4.1). Answers of others get none, so that two servers never talk in circles; what follows the one
 * question, such as EDNS, is not read. Never throws.
 */
export function readQuery(packet: Uint8Array): ReadQuery {
  if (packet.length < HEADER) return { kind: "nothing" };
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  const id = view.getUint16(0);
  const flags = view.getUint16(2);
  if ((flags & 0x8000) !== 0) return { kind: "nothing" };
  if ((flags & 0x7800) !== 0) return { kind: "error", id, code: dnsCodes.NOTIMP };
  const name = view.getUint16(4) === 1 && view.getUint16(6) === 0 ? readName(packet) : undefined;
  if (name === undefined || name.end + 4 > packet.length) return { kind: "error", id, code: dnsCodes.FORMERR };
  const dnsClass = view.getUint16(name.end + 2);
  if (dnsClass !== CLASS_IN && dnsClass !== CLASS_ANY) return { kind: "error", id, code: dnsCodes.REFUSED };
  const query = {
    ...{ id, recursionDesired: (flags & 0x0100) !== 0, labels: name.labels },
    ...{ type: view.getUint16(name.end), question: packet.slice(HEADER, name.end + 4) },
  };
  return { kind: "query", query };
}

/** The name after the header, which nothing precedes that it could point to. */
function readName(packet: Uint8Array): { readonly labels: readonly string[]; readonly end: number } | undefined {
  const labels: string[] = [];
  let at = HEADER;
  for (;;) {
    const length = packet[at];
    if (length === undefined || length > 63) return undefined;
    at += 1;
    if (length === 0) return at - HEADER <= 255 ? { labels, end: at } : undefined;
    if (at + length > packet.length || labels.length >= 127) return undefined;
    labels.push(String.fromCharCode(...packet.subarray(at, at + length)).toLowerCase());
    at += length;
  }
}

/** An answer without question and records, 12 bytes: never larger than what it answers. */
export function encodeError(id: number, code: DnsCode): Uint8Array {
  const packet = new Uint8Array(HEADER);
  const view = new DataView(packet.buffer);
  view.setUint16(0, id);
  view.setUint16(2, 0x8000 | code);
  return packet;
}

/** What an answer says. */
export interface DnsAnswer {
  readonly code: DnsCode;
  readonly records: readonly DnsRecord[];
  readonly ttlSeconds: number;
  /** Sent as truncated whatever fits: the asker shall come by TCP. */
  readonly isCut?: boolean;
}

/**
 * Encodes an answer. Records that do not fit are left out and the answer says so (TC); the count is that of the records that
 * are in it. Owners point to the question.
 * @param maxBytes 512 over UDP (kratos-core 12.7)
 */
export function encodeAnswer(query: DnsQuery, answer: DnsAnswer, maxBytes: number): Uint8Array {
  const packet = new Uint8Array(maxBytes);
  const view = new DataView(packet.buffer);
  packet.set(query.question, HEADER);
  let at = HEADER + query.question.length;
  let count = 0;
  for (const { type, data } of answer.records) {
    if (at + 12 + data.length > maxBytes) break;
    view.setUint16(at, 0xc000 | HEADER);
    view.setUint16(at + 2, type);
    view.setUint16(at + 4, CLASS_IN);
    view.setUint32(at + 6, answer.ttlSeconds);
    view.setUint16(at + 10, data.length);
    packet.set(data, at + 12);
    at += 12 + data.length;
    count += 1;
  }
  const isTruncated = answer.isCut === true || count < answer.records.length;
  const flags = 0x8400 | (isTruncated ? 0x0200 : 0) | (query.recursionDesired ? 0x0100 : 0) | answer.code;
  view.setUint16(0, query.id);
  view.setUint16(2, flags);
  view.setUint16(4, 1);
  view.setUint16(6, count);
  return packet.slice(0, at);
}

/** A name as the data of a record holds it, without compression. */
export function encodeName(labels: readonly string[]): Uint8Array {
  const bytes = labels.flatMap((label) => [label.length, ...Buffer.from(label, "latin1")]);
  return Uint8Array.from([...bytes, 0]);
}
