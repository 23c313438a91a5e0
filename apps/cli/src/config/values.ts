import { z } from "zod";
import { parseSignerAddress } from "../signer/link/signerAddress.ts";

/** `host:port` with the parts apart; host without brackets. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const unitBytes = { "": 1, B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;

/** A duration in milliseconds (kairos X6): `{secs, nanos}`, text with a unit, or integer milliseconds. */
export const duration = z.unknown().transform((value, context): number => {
  const ms = durationMs(value);
  if (ms !== undefined && Number.isSafeInteger(ms) && ms >= 0) return ms;
  context.addIssue(
    'a duration: {secs, nanos} of whole milliseconds, text such as "500ms", "5s", "3h", or milliseconds',
  );
  return z.NEVER;
});

function durationMs(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "string") {
    const match = /^(\d{1,15})(ms|s|m|h|d)$/.exec(value.trim());
    return match === null ? undefined : Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { secs = 0, nanos = 0, ...others } = value as Record<string, unknown>;
  if (Object.keys(others).length > 0 || !Number.isSafeInteger(secs) || !Number.isSafeInteger(nanos)) return undefined;
  if ((secs as number) < 0 || (nanos as number) < 0 || (nanos as number) >= 1e9) return undefined;
  return (secs as number) * 1000 + (nanos as number) / 1e6;
}

/** A size in bytes: an integer, or text with a binary unit such as "16 MiB". */
export const byteSize = z.unknown().transform((value, context): number => {
  const match = typeof value === "string" ? /^(\d{1,15}) ?(|B|KiB|MiB|GiB|TiB)$/.exec(value.trim()) : null;
  const bytes = match === null ? value : Number(match[1]) * unitBytes[match[2] as keyof typeof unitBytes];
  if (typeof bytes === "number" && Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  context.addIssue('a size in bytes: an integer, or text such as "64 KiB", "16 MiB"');
  return z.NEVER;
});

/** A listen address (kairos X7): `host:port` or `[v6]:port`. */
export const listenAddress = z.unknown().transform((value, context): ListenAddress => {
  const parsed = typeof value === "string" ? parseListenAddress(value) : undefined;
  if (parsed !== undefined) return parsed;
  context.addIssue("an address: host:port or [v6]:port, port 0..65535");
  return z.NEVER;
});

/**
 * Takes an address apart.
 * @returns undefined when it is not one
 * @example parseListenAddress("[::1]:9000") // { host: "::1", port: 9000 }
 */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9._-]{1,253})):(\d{1,5})$/.exec(text);
  if (match === null || Number(match[3]) > 65_535) return undefined;
  return { host: (match[1] ?? match[2])!, port: Number(match[3]) };
}

/** The text of an address, as it is written in a file. */
export function addressText({ host, port }: ListenAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** One of `names`, whatever its case, `_` and `-` (kairos X6). */
export function oneOf<const Names extends readonly string[]>(names: Names) {
  const known = new Map(names.map((name) => [squash(name), name]));
  return z.unknown().transform((value, context): Names[number] => {
    const name = typeof value === "string" ? known.get(squash(value)) : undefined;
    if (name !== undefined) return name;
    context.addIssue(`one of ${names.join(", ")}`);
    return z.NEVER;
  });
}

/** An integer in a range. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER) {
  return z.unknown().transform((value, context): number => {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    context.addIssue(
      max === Number.MAX_SAFE_INTEGER ? `an integer of at least ${min}` : `an integer in ${min}..${max}`,
    );
    return z.NEVER;
  });
}

/** A non-negative amount as integer or decimal text, because it may exceed 2^53. */
export const amount = z.unknown().transform((value, context): bigint => {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === "string" && /^\d{1,78}$/.test(value)) return BigInt(value);
  context.addIssue("a non-negative integer, as number or decimal text");
  return z.NEVER;
});

/** A level, optionally with levels per module: `info,consensus=debug` (kairos O4). */
export const logLevels = z.unknown().transform((value, context): string => {
  const level = "(error|warn|info|debug|trace)";
  const form = new RegExp(`^${level}(,[a-z0-9_-]{1,32}=${level}){0,32}$`, "i");
  if (typeof value === "string" && form.test(value)) return value.toLowerCase();
  context.addIssue("a level (error, warn, info, debug, trace), then optionally module=level, separated by commas");
  return z.NEVER;
});

export const bool = z.boolean({ error: "true or false" });
export const text = z.string({ error: "text" }).min(1, "text that is not empty");
/** Where a peer is, kept as text: names are resolved when it is dialled. */
export const peerAddress = text.refine(
  (value) => parseListenAddress(value) !== undefined,
  "an address: host:port or [v6]:port, port 0..65535",
);
/** Where a remote signer is, as text. */
export const signerAddress = text.refine(
  (value) => parseSignerAddress(value) !== undefined,
  "unix:/path/to/socket, or tls://host:port/<64 hex characters>",
);
/** A URL of plain or secure HTTP. */
export const httpUrl = text.refine(
  (value) => /^https?:\/\/\S+$/.test(value) && URL.canParse(value),
  "an http or https URL",
);
/** A part of a whole. */
export const ratio = z.number({ error: "a number in 0..1" }).min(0, "a number in 0..1").max(1, "a number in 0..1");
export const texts = z.array(text, { error: "a list of texts" });

/** Lower-case without `_` and `-`: the form in which spellings are compared. */
export function squash(name: string): string {
  return name.replaceAll(/[_-]/g, "").toLowerCase();
}
