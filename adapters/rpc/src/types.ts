/** Anything JSON can say. Integers above 2^53-1 are `0x` quantities or decimal texts, never numbers (kairos 2.1). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The error member of a JSON-RPC 2.0 answer; codes as kairos J6. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: Json;
}

/** What a handler says: a result, or an error for the caller. Handlers throw only when they are broken. */
export type Answer = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly error: RpcError };

/**
 * One parameter, as plain data, so that a chain can write its table without importing this package. The decoded value
 * of each type: quantity is a `bigint`; data a `Uint8Array`; address and hash are lower-case hex without prefix; block
 * a `BlockRef`; text a `string`; object a null-prototype record of its known fields.
 */
export type ParamSpec = { readonly name: string; readonly optional?: boolean } & (
  | { readonly type: "quantity"; readonly maxBits?: number }
  | { readonly type: "data"; readonly maxBytes: number }
  | { readonly type: "address" }
  | { readonly type: "hash" }
  /** A tag, a height, and with `hashes` also a block hash or an EIP-1898 object. */
  | { readonly type: "block"; readonly hashes?: boolean }
  | { readonly type: "boolean" }
  | { readonly type: "text"; readonly maxLength: number }
  | { readonly type: "object"; readonly fields: readonly ParamSpec[] }
);

/** Which block a call is about (kairos 16.1). */
export type BlockRef =
  | { readonly kind: "tag"; readonly tag: "latest" | "safe" | "finalized" | "pending" | "earliest" }
  | { readonly kind: "number"; readonly height: number }
  | { readonly kind: "hash"; readonly hash: string };

/** One method: its parameters, its price in rate-limit tokens (default 1), and what answers it. */
export interface Method<Context> {
  readonly params: readonly ParamSpec[];
  readonly weight?: number;
  /** `args` has one entry per parameter, `undefined` for an absent optional one. */
  readonly handle: (context: Context, args: readonly unknown[]) => Answer | Promise<Answer>;
}

/** All methods by name; the namespace of a method is its text before the first `_`. */
export type MethodTable<Context> = Readonly<Record<string, Method<Context>>>;
