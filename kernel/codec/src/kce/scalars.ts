import { digestOf } from "../hex/digest.ts";
import type { Digest } from "../units.ts";
import type { Kce } from "./types.ts";

/** An integer of 1 or 4 bytes, as a number. */
function small(size: 1 | 4): Kce<number> {
  const limit = 256 ** size;
  return {
    write(writer, value) {
      if (!Number.isInteger(value) || value < 0 || value >= limit) throw new RangeError(`${value} is no u${size * 8}`);
      if (size === 1) writer.u8(value);
      else writer.number(value, 4);
    },
    read: (reader) => reader.number(size),
  };
}

/** An integer of 8 or 16 bytes, as a bigint. */
function large(size: 8 | 16): Kce<bigint> {
  return {
    write: (writer, value) => writer.uint(value, size),
    read: (reader) => reader.uint(size),
  };
}

/** u8 as a number. */
export const kceU8: Kce<number> = small(1);
/** u32 as a number. */
export const kceU32: Kce<number> = small(4);
/** u64 as a bigint. */
export const kceU64: Kce<bigint> = large(8);
/** u128 as a bigint. */
export const kceU128: Kce<bigint> = large(16);

/** A u64 that counts or measures time, as a number; 2^53 and above are refused. */
export const kceCounter: Kce<number> = {
  write: (writer, value) => writer.number(value, 8),
  read: (reader) => reader.number(8),
};

/** One byte, 0 or 1. */
export const kceBool: Kce<boolean> = {
  write: (writer, value) => writer.u8(value ? 1 : 0),
  read(reader) {
    const value = reader.number(1);
    if (value > 1) reader.fail("KCE_TAG");
    return value === 1;
  },
};

/** Raw bytes of one fixed length, copied on reading. */
export function kceFixed(length: number): Kce<Uint8Array> {
  return {
    write(writer, value) {
      if (value.length !== length) throw new RangeError(`${value.length} bytes instead of ${length}`);
      writer.bytes(value);
    },
    read(reader) {
      const bytes = reader.bytes(length);
      return bytes.length === length ? bytes.slice() : new Uint8Array(length);
    },
  };
}

/** A 32-byte hash as a Digest. */
export const kceDigest: Kce<Digest> = {
  write(writer, value) {
    if (value.length !== 64) throw new RangeError("a digest has 64 hex characters");
    writer.bytes(Uint8Array.fromHex(value));
  },
  read(reader) {
    const bytes = reader.bytes(32);
    return digestOf(bytes.length === 32 ? bytes : new Uint8Array(32));
  },
};

/** A byte string of at most `maxBytes`, copied on reading. */
export function kceBytes(maxBytes: number): Kce<Uint8Array> {
  return {
    write(writer, value) {
      if (value.length > maxBytes) throw new RangeError(`${value.length} bytes, the limit is ${maxBytes}`);
      writer.number(value.length, 8);
      writer.bytes(value);
    },
    read: (reader) => reader.bytes(reader.count(maxBytes)).slice(),
  };
}

// A byte order mark is kept: stripping it would give one text two encodings.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A text of at most `maxBytes` of UTF-8. Writing throws a RangeError on half a surrogate pair. */
export function kceText(maxBytes: number): Kce<string> {
  const inner = kceBytes(maxBytes);
  return {
    write(writer, value) {
      if (!value.isWellFormed()) throw new RangeError("half a surrogate pair has no UTF-8");
      inner.write(writer, new TextEncoder().encode(value));
    },
    read(reader) {
      try {
        return utf8.decode(reader.bytes(reader.count(maxBytes)));
      } catch {
        reader.fail("KCE_TEXT");
        return "";
      }
    },
  };
}
