import { type Digest, digestOf } from "@polis/codec";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const LABEL_LENGTH = 52;

/** Where a zone keeps the records that tell ports (RFC 2782). @example serviceName("seed.example.org") */
export function serviceName(zone: string): string {
  return `_kratos._tcp.${zone}`;
}

/** The label of a peer in a zone: its key in base32 without padding (RFC 4648), which is lower case and below 63 characters. */
export function peerLabel(peerId: Digest): string {
  let value = BigInt(`0x${peerId}`) << 4n;
  let label = "";
  for (let i = 0; i < LABEL_LENGTH; i++, value >>= 5n) label = ALPHABET[Number(value & 31n)]! + label;
  return label;
}

/** The key that a label tells; undefined when it is no such label. Case does not matter in names. */
export function peerOfLabel(label: string): Digest | undefined {
  if (label.length !== LABEL_LENGTH) return undefined;
  let value = 0n;
  for (const character of label.toLowerCase()) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return undefined;
    value = (value << 5n) | BigInt(digit);
  }
  // 260 bits hold 256: the last four are zero in the one form.
  if ((value & 15n) !== 0n) return undefined;
  return digestOf(Uint8Array.fromHex((value >> 4n).toString(16).padStart(64, "0")));
}
