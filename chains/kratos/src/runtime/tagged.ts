import type { Kce } from "@polis/codec";

/** One kind of value behind a tag: a call or an event. */
export interface TaggedKind {
  /** u32, fixed for ever. */
  readonly tag: number;
  readonly name: string;
  readonly fields: Kce<unknown>;
}

/** A value of one of the kinds. */
export interface TaggedValue {
  readonly name: string;
  readonly fields: unknown;
}

/**
 * The encoding of a variant whose tags have gaps: a u32 tag, then the fields of its kind (kratos-core 1.6).
 * @throws RangeError when two kinds share a tag or a name
 */
export function kceTagged(kinds: readonly TaggedKind[]): Kce<TaggedValue> {
  const byTag = new Map(kinds.map((kind) => [kind.tag, kind]));
  const byName = new Map(kinds.map((kind) => [kind.name, kind]));
  if (byTag.size !== kinds.length || byName.size !== kinds.length)
    throw new RangeError("a tag or a name is there twice");
  return {
    write(writer, { name, fields }) {
      const kind = byName.get(name);
      if (kind === undefined) throw new RangeError(`there is no ${name}`);
      writer.number(kind.tag, 4);
      kind.fields.write(writer, fields);
    },
    read(reader) {
      const kind = byTag.get(reader.number(4));
      if (kind === undefined) {
        reader.fail("KCE_TAG");
        return { name: "", fields: undefined };
      }
      return { name: kind.name, fields: kind.fields.read(reader) };
    },
  };
}
