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

const fieldName = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Fields of single connections have no meaning here (RFC 9113 8.2.2). */
const forbidden = new Set(["connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"]);
const maxContentLength = 2 ** 50;

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
    if (pseudo.has(name) || !pseudoNames.has(name) || !fieldValue.test(value)) return undefined;
    pseudo.set(name, value);
  }
  const fields = all.slice(start);
  for (const { name, value } of fields) {
    if (!fieldName.test(name) || !fieldValue.test(value) || forbidden.has(name)) return undefined;
    if (name === "te" && value !== "trailers") return undefined;
    if (name === "content-length") {
      const length = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (!(length <= maxContentLength) || (contentLength ?? length) !== length) return undefined;
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
  return fields.every(({ name, value }) => fieldName.test(name) && fieldValue.test(value) && !forbidden.has(name));
}
