import { encodeKce, type Kce } from "@polis/codec";

/**
 * A codec that keeps the encoding of each value it has written, for parts of large entries that stay the same from block to
 * block. Values of the state are immutable; this relies on it.
 */
export function remembered<T extends object>(inner: Kce<T>): Kce<T> {
  const known = new WeakMap<T, Uint8Array>();
  return {
    write(writer, value) {
      let bytes = known.get(value);
      if (bytes === undefined) {
        bytes = encodeKce(inner, value);
        known.set(value, bytes);
      }
      writer.bytes(bytes);
    },
    read: (reader) => inner.read(reader),
  };
}
