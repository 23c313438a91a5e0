import { SdkError } from "../errors/sdkError.ts";

/** Bytes as text: `0x` and lower-case hex, two characters a byte. */
export type Hex = `0x${string}`;

/**
 * Writes bytes as text.
 * @example hexOf(Uint8Array.of(0, 255)); // => "0x00ff"
 */
export function hexOf(bytes: Uint8Array): Hex {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return `0x${text}`;
}

/**
 * Reads bytes from a text that a person or a program of ours wrote.
 * @throws SdkError HEX for anything but `0x` and pairs of hex characters
 * @example bytesOf("0x00ff"); // => Uint8Array.of(0, 255)
 */
export function bytesOf(text: string): Uint8Array {
  const bytes = readHexText(text, Number.MAX_SAFE_INTEGER);
  if (bytes === undefined) {
    throw new SdkError("HEX", `not bytes in hex: ${shorten(text)}`, "write 0x and two hex characters for each byte");
  }
  return bytes;
}

/** Bytes of a text from a node, or undefined: no exception on what strangers send. */
export function readHexText(text: unknown, maxBytes: number): Uint8Array | undefined {
  if (typeof text !== "string" || !text.startsWith("0x") || text.length % 2 !== 0) return undefined;
  const length = text.length / 2 - 1;
  if (length > maxBytes) return undefined;
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const high = nibble(text.charCodeAt(2 + 2 * i));
    const low = nibble(text.charCodeAt(3 + 2 * i));
    if (high < 0 || low < 0) return undefined;
    bytes[i] = high * 16 + low;
  }
  return bytes;
}

function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  return code >= 65 && code <= 70 ? code - 55 : -1;
}

/** The beginning of a text, for messages. */
export function shorten(text: unknown): string {
  // What a node sent may have a toString of its own.
  const shown = typeof text === "string" ? text : (JSON.stringify(text) ?? typeof text);
  return shown.length <= 80 ? shown : `${shown.slice(0, 80)}…`;
}
