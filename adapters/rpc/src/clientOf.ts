/**
 * Who pays for what comes from an address: the address, or the IPv6 network of 64 bits that one host has for itself, with
 * more addresses than any limiter could remember.
 * @param address as node:net gives it; undefined once the socket is closed
 * @example clientOf("2001:db8::5:0:0:1") // "2001:db8:0:0"
 * @example clientOf("::ffff:10.0.0.1") // "10.0.0.1"
 */
export function clientOf(address: string | undefined): string {
  if (address === undefined) return "unknown";
  if (!address.includes(":")) return address;
  if (address.includes(".")) return address.slice(address.lastIndexOf(":") + 1);
  const [head = "", tail = ""] = address.split("::");
  const first = wordsOf(head);
  const last = wordsOf(tail);
  const zeros = new Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0");
  const words = [...first, ...zeros, ...last];
  return mappedIn(words) ?? words.slice(0, 4).join(":");
}

function wordsOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}

/** The IPv4 address that the eight words of an IPv6 address carry, if they do. */
function mappedIn(words: readonly string[]): string | undefined {
  const [high, low] = words.slice(6).map((word) => Number.parseInt(word, 16));
  if (high === undefined || low === undefined) return undefined;
  if (words.slice(0, 6).join(":").toLowerCase() !== "0:0:0:0:0:ffff") return undefined;
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
