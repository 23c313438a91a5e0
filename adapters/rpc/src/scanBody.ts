/** What a body looks like from outside, before any of it is parsed. */
export interface BodyShape {
  /** Deepest nesting of arrays and objects. */
  readonly depth: number;
  /** Entries of the outermost array; 0 when the body is not an array. */
  readonly entries: number;
  /** Keys of all objects together, repeated ones counted each time. */
  readonly keys: number;
  /** Values at most: scalars, arrays and objects together. */
  readonly values: number;
  /** A number has so many digits in a row that parsing may lose some. */
  readonly longNumber: boolean;
}

/** 2^53 has 16 digits. */
const longDigits = 16;
const quote = 0x22;
const backslash = 0x5c;

/**
 * Walks the bytes once and counts nesting, batch entries, keys and values, so that a body that is too deep or too long costs no
 * parsing, and a repeated key can be seen after it (JSON.parse silently keeps the last one). It does not judge JSON.
 * @param body at most `maxRequestBytes` bytes of UTF-8
 * @param maxDepth the walk stops when the nesting exceeds it
 */
export function scanBody(body: Uint8Array, maxDepth: number): BodyShape {
  let depth = 0;
  let deepest = 0;
  let keys = 0;
  let commas = 0;
  let values = 1;
  let digits = 0;
  let longNumber = false;
  let batch = false;
  let filled = false;
  for (let i = 0; i < body.length; i++) {
    const c = body[i]!;
    if (c >= 0x30 && c <= 0x39) {
      digits++;
      if (digits >= longDigits) longNumber = true;
      if (depth === 1) filled = true;
      continue;
    }
    digits = 0;
    if (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) continue;
    if (depth === 1 && c !== 0x5d) filled = true;
    if (c === quote) {
      i = endOfString(body, i + 1);
    } else if (c === 0x5b || c === 0x7b) {
      if (depth === 0 && deepest === 0) batch = c === 0x5b;
      depth++;
      values++;
      if (depth > deepest) deepest = depth;
      if (deepest > maxDepth) break;
    } else if (c === 0x5d || c === 0x7d) depth--;
    else if (c === 0x3a) keys++;
    else if (c === 0x2c) {
      values++;
      if (depth === 1) commas++;
    }
  }
  return { depth: deepest, entries: batch && filled ? commas + 1 : 0, keys, values, longNumber };
}

/** The place of the closing quote, or of the last byte when there is none. */
function endOfString(body: Uint8Array, from: number): number {
  let i = from;
  for (;;) {
    i = body.indexOf(quote, i);
    if (i < 0) return body.length;
    let escapes = 0;
    while (body[i - 1 - escapes] === backslash) escapes++;
    // The opening quote bounds the walk back; an even run of backslashes escapes itself, not the quote.
    if (escapes % 2 === 0) return i;
    i++;
  }
}
