/**
 * A parameter as plain data: any server that knows these types can check it before the method runs. What is decoded:
 * quantity and number a bigint; data bytes; address and hash lower-case hex without prefix; block a `BlockRef`; object a
 * record of its fields; list an array; map a `Map` by decoded key; union the value of the first member that fits; json
 * what came in.
 */
export type ParamSpec = { readonly name: string; readonly optional?: boolean } & (
  | { readonly type: "quantity"; readonly maxBits?: number }
  /** A quantity that may also be a JSON integer or have leading zeros. */
  | { readonly type: "number"; readonly maxBits?: number }
  | { readonly type: "data"; readonly maxBytes: number }
  | { readonly type: "address" }
  | { readonly type: "hash" }
  | { readonly type: "block"; readonly hashes?: boolean }
  | { readonly type: "boolean" }
  | { readonly type: "text"; readonly maxLength: number; readonly oneOf?: readonly string[] }
  | { readonly type: "object"; readonly fields: readonly ParamSpec[]; readonly open?: boolean }
  | { readonly type: "list"; readonly of: ParamSpec; readonly max: number }
  | { readonly type: "map"; readonly key: "address" | "hash"; readonly of: ParamSpec; readonly max: number }
  | { readonly type: "union"; readonly of: readonly ParamSpec[]; readonly form: string }
  | { readonly type: "json"; readonly maxNodes: number }
);

/** Which block a call is about (kairos 16.1). */
export type BlockRef =
  | { readonly kind: "tag"; readonly tag: "latest" | "safe" | "finalized" | "pending" | "earliest" }
  | { readonly kind: "number"; readonly height: number }
  | { readonly kind: "hash"; readonly hash: string };

interface Values {
  readonly quantity: bigint;
  readonly number: bigint;
  readonly data: Uint8Array;
  /** Lower-case hex without prefix. */
  readonly address: string;
  readonly hash: string;
  readonly block: BlockRef;
  readonly boolean: boolean;
  readonly text: string;
  readonly json: unknown;
}

type Plain<P> = P extends { readonly type: "list"; readonly of: infer Of }
  ? readonly ValueOf<Of>[]
  : P extends { readonly type: "map"; readonly of: infer Of }
    ? ReadonlyMap<string, ValueOf<Of>>
    : P extends { readonly type: "union"; readonly of: infer Members extends readonly unknown[] }
      ? ValueOf<Members[number]>
      : P extends { readonly type: "object"; readonly fields: infer Fields extends readonly ParamSpec[] }
        ? FieldsOf<Fields>
        : P extends { readonly type: infer T extends keyof Values }
          ? Values[T]
          : never;

/** The decoded value of a parameter. */
export type ValueOf<P> = P extends { readonly optional: true } ? Plain<P> | undefined : Plain<P>;

/** The decoded record of an object parameter. */
export type FieldsOf<Fields extends readonly ParamSpec[]> = {
  readonly [F in Fields[number] as F["name"]]: ValueOf<F>;
};

/** Decoded arguments of a list of parameters. */
export type ArgsOf<P extends readonly ParamSpec[]> = { readonly [I in keyof P]: ValueOf<P[I]> };
