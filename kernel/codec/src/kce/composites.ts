import type { Kce, KceValue } from "./types.ts";

/** A list of at most `maxItems`. The items must not be of size zero, so that a count is bounded by the input. */
export function kceList<T>(item: Kce<T>, maxItems: number): Kce<readonly T[]> {
  return {
    write(writer, value) {
      if (value.length > maxItems) throw new RangeError(`${value.length} items, the limit is ${maxItems}`);
      writer.number(value.length, 8);
      for (const one of value) item.write(writer, one);
    },
    read(reader) {
      const count = reader.count(maxItems);
      const items: T[] = [];
      for (let i = 0; i < count && reader.fault === undefined; i++) items.push(item.read(reader));
      return items;
    },
  };
}

/** One byte 0, or 1 and the value. */
export function kceOptional<T>(inner: Kce<T>): Kce<T | undefined> {
  return {
    write(writer, value) {
      writer.u8(value === undefined ? 0 : 1);
      if (value !== undefined) inner.write(writer, value);
    },
    read(reader) {
      const marker = reader.number(1);
      if (marker > 1) reader.fail("KCE_TAG");
      return marker === 1 ? inner.read(reader) : undefined;
    },
  };
}

type RecordOf<F> = { readonly [K in keyof F]: KceValue<F[K]> };

/**
 * A record: its fields in the order of the object literal, no padding.
 * @example kceRecord({ from: kceFixed(32), amount: kceU128 })
 */
export function kceRecord<F extends Readonly<Record<string, unknown>>>(fields: F): Kce<RecordOf<F>> {
  const entries = Object.entries(fields) as [string, Kce<unknown>][];
  // Integer-like names would be moved to the front of the order.
  for (const [name] of entries) if (name === String(Number(name))) throw new RangeError(`a field named ${name}`);
  return {
    write(writer, value) {
      for (const [name, codec] of entries) codec.write(writer, value[name]);
    },
    read(reader) {
      const value: Record<string, unknown> = {};
      for (const [name, codec] of entries) value[name] = codec.read(reader);
      return value as RecordOf<F>;
    },
  };
}

type VariantOf<V> = { readonly [K in keyof V]: { readonly kind: K } & KceValue<V[K]> }[keyof V];

/**
 * A variant: a u32 tag that counts from 0 in the order of the object literal, then the fields. The value is the record with a
 * `kind` beside its fields.
 * @example kceVariant({ transfer: kceRecord({ to: kceFixed(32) }), burn: kceRecord({}) })
 */
export function kceVariant<V extends Readonly<Record<string, unknown>>>(variants: V): Kce<VariantOf<V>> {
  const entries = Object.entries(variants) as [string, Kce<object>][];
  const tags = new Map(entries.map(([name], tag) => [name, tag]));
  return {
    write(writer, value) {
      const tag = tags.get(String(value.kind));
      if (tag === undefined) throw new RangeError(`no variant ${String(value.kind)}`);
      writer.number(tag, 4);
      entries[tag]![1].write(writer, value);
    },
    read(reader) {
      const found = entries[reader.number(4)];
      if (found === undefined) reader.fail("KCE_TAG");
      const [kind, codec] = found ?? entries[0]!;
      return { kind, ...codec.read(reader) } as VariantOf<V>;
    },
  };
}

/** An enumeration: the u32 position of a name in the list. */
export function kceEnumeration<const N extends readonly [string, ...string[]]>(names: N): Kce<N[number]> {
  return {
    write(writer, value) {
      const tag = names.indexOf(value);
      if (tag < 0) throw new RangeError(`no such name: ${value}`);
      writer.number(tag, 4);
    },
    read(reader) {
      const name = names[reader.number(4)];
      if (name === undefined) reader.fail("KCE_TAG");
      return name ?? names[0];
    },
  };
}

/** Another type with the same encoding, such as a branded number; both directions must be inverse. */
export function kceMap<A, B>(inner: Kce<A>, to: (value: A) => B, from: (value: B) => A): Kce<B> {
  return {
    write: (writer, value) => inner.write(writer, from(value)),
    read: (reader) => to(inner.read(reader)),
  };
}
