import { coordinateBytes, type PointEncoding } from "../curves/encodings.ts";
import { type Mcl, mclBytes } from "./mcl.ts";

/** Moves points between bytes and the library's memory. Addresses of the library's memory come first. */
export interface MclPoints {
  /** Reads one coordinate at `at`; false when it is not below the field's modulus or its padding is not zero. */
  readField(to: number, input: Uint8Array, at: number): boolean;
  /** Reads a point; false when it is malformed or not on the curve. The subgroup is not checked. */
  readG1(to: number, input: Uint8Array, at: number): boolean;
  readG2(to: number, input: Uint8Array, at: number): boolean;
  /** Reads 32 bytes as a scalar, reduced by the group order. */
  readScalar(to: number, input: Uint8Array, at: number): void;
  /** An element of the extension. */
  readExtension(to: number, input: Uint8Array, at: number): boolean;
  writeG1(from: number): Uint8Array;
  writeG2(from: number): Uint8Array;
  /** A coordinate without padding, big-endian, into `output`. */
  writeField(output: Uint8Array, at: number, from: number): void;
}

/** Points of the curve of `mcl` in the given encoding. */
export function createMclPoints(mcl: Mcl, encoding: PointEncoding): MclPoints {
  const { field, padding, imaginaryFirst } = encoding;
  const width = coordinateBytes(encoding);
  const { fp, g1, g2 } = mclBytes;
  const scratch = mcl._malloc(64 + fp + g2);
  const one = scratch + 64;
  const affine = one + fp;
  mcl._mclBnFp_setInt(one, 1);
  let bytes = new Uint8Array(mcl.wasmMemory.buffer);
  /** Growing the memory detaches the old view. */
  function memory(): Uint8Array {
    if (bytes.length === 0) bytes = new Uint8Array(mcl.wasmMemory.buffer);
    return bytes;
  }
  function readField(to: number, input: Uint8Array, at: number): boolean {
    for (let i = 0; i < padding; i++) if (input[at + i] !== 0) return false;
    const heap = memory();
    const last = at + width - 1;
    for (let i = 0; i < field; i++) heap[scratch + i] = input[last - i]!;
    return mcl._mclBnFp_deserialize(to, scratch, field) === field;
  }
  function readExtension(to: number, input: Uint8Array, at: number): boolean {
    const real = imaginaryFirst ? at + width : at;
    const imaginary = imaginaryFirst ? at : at + width;
    return readField(to, input, real) && readField(to + fp, input, imaginary);
  }
  function writeField(output: Uint8Array, at: number, from: number): void {
    mcl._mclBnFp_serialize(scratch, 64, from);
    const heap = memory();
    for (let i = 0; i < field; i++) output[at + i] = heap[scratch + field - 1 - i]!;
  }
  return {
    readField,
    readExtension,
    writeField,
    readG1(to, input, at) {
      if (!readField(to, input, at) || !readField(to + fp, input, at + width)) return false;
      if (mcl._mclBnFp_isZero(to) === 1 && mcl._mclBnFp_isZero(to + fp) === 1) {
        mcl._mclBnG1_clear(to);
        return true;
      }
      memory().copyWithin(to + 2 * fp, one, one + fp);
      return mcl._mclBnG1_isValid(to) === 1;
    },
    readG2(to, input, at) {
      if (!readExtension(to, input, at) || !readExtension(to + 2 * fp, input, at + 2 * width)) return false;
      let zeros = 0;
      for (let i = 0; i < 4; i++) zeros += mcl._mclBnFp_isZero(to + i * fp);
      if (zeros === 4) {
        mcl._mclBnG2_clear(to);
        return true;
      }
      memory().copyWithin(to + 4 * fp, one, one + fp);
      memory().fill(0, to + 5 * fp, to + 6 * fp);
      return mcl._mclBnG2_isValid(to) === 1;
    },
    readScalar(to, input, at) {
      memory().set(input.subarray(at, at + 32), scratch);
      mcl._mclBnFr_setBigEndianMod(to, scratch, 32);
    },
    writeG1(from) {
      const output = new Uint8Array(2 * width);
      if (mcl._mclBnG1_isZero(from) === 1) return output;
      mcl._mclBnG1_normalize(affine, from);
      for (let i = 0; i < g1 / fp - 1; i++) writeField(output, i * width + padding, affine + i * fp);
      return output;
    },
    writeG2(from) {
      const output = new Uint8Array(4 * width);
      if (mcl._mclBnG2_isZero(from) === 1) return output;
      mcl._mclBnG2_normalize(affine, from);
      for (let i = 0; i < 4; i++) {
        const place = imaginaryFirst ? i ^ 1 : i;
        writeField(output, place * width + padding, affine + i * fp);
      }
      return output;
    },
  };
}
