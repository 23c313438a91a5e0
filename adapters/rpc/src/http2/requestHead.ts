import type { Field } from "./hpack/staticTable.ts";

/** The head of a request. One object may stand for many requests of a connection whose heads are the same bytes. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly authority: string | undefined;
  /** All but the pseudo fields, in their order. */
  readonly fields: readonly Field[];
  /** Declared length of the body. */
  readonly contentLength: number | undefined;
  /** For the layer above, which looks a path up once. */
  memo: unknown;
}

/** Fields of single connections have no meaning here (RFC 9113 8.2.2). */
const forbidden = new Set(["connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"]);
/** Digits of a length that is read exactly. */
const maxDigits = 15;

/**
 * Makes a head of decoded fields.
 * @returns undefined for one that is malformed (RFC 9113 8.2, 8.3)
 */
export function readHead(all: readonly Field[]): RequestHead | undefined {
  const pseudo = new Map<string, string>();
  let contentLength: number | undefined;
  let start = 0;
  for (; start < all.length && all[start]!.name.startsWith(":"); start++) {
    const { name, value } = all[start]!;
    if (pseudo.has(name) || !pseudoNames.has(name) || !isValue(value)) return undefined;
    pseudo.set(name, value);
  }
  const fields = all.slice(start);
  for (const { name, value } of fields) {
    if (!isName(name) || !isValue(value) || forbidden.has(name)) return undefined;
    if (name === "te" && value !== "trailers") return undefined;
    if (name === "content-length") {
      const length = readLength(value);
      if (length === undefined || (contentLength ?? length) !== length) return undefined;
      contentLength = length;
    }
  }
  const method = pseudo.get(":method");
  const path = pseudo.get(":path");
  const authority = pseudo.get(":authority");
  if (method === undefined || path === undefined || path === "" || !pseudo.has(":scheme")) return undefined;
  return { method, path, authority, fields, contentLength, memo: undefined };
}

const pseudoNames = new Set([":method", ":path", ":scheme", ":authority"]);

/** Whether fields may end a request as its trailers. */
export function areTrailers(fields: readonly Field[]): boolean {
  return fields.every(({ name, value }) => isName(name) && isValue(value) && !forbidden.has(name));
}

/** Marks that names of fields may have beside letters and digits (RFC 9110 5.6.2); capitals may not be in HTTP/2. */
const marks = new Set([..."!#$%&'*+-.^_`|~"].map((mark) => mark.charCodeAt(0)));

function isName(name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    const isPlain = (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);
    if (!isPlain && !marks.has(code)) return false;
  }
  return name.length > 0;
}

/** Text without control characters, and without white space around it. */
function isValue(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return false;
  }
  return !isSpace(value.charCodeAt(0)) && !isSpace(value.charCodeAt(value.length - 1));
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function readLength(text: string): number | undefined {
  if (text.length === 0 || text.length > maxDigits) return undefined;
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return undefined;
    length = length * 10 + digit;
  }
  return length;
}
