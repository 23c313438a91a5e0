/** How a precompile writes the coordinates of its points. */
export interface PointEncoding {
  /** Bytes of a field element. */
  readonly field: 32 | 48;
  /** Zero bytes in front of each field element. */
  readonly padding: 0 | 16;
  /** True: the imaginary part of an extension element comes first. */
  readonly imaginaryFirst: boolean;
}

/** EIP-196 and EIP-197. */
export const bn254Encoding: PointEncoding = { field: 32, padding: 0, imaginaryFirst: true };

/** EIP-2537. */
export const bls12381Encoding: PointEncoding = { field: 48, padding: 16, imaginaryFirst: false };

/** Bytes of one written coordinate. */
export function coordinateBytes(encoding: PointEncoding): number {
  return encoding.field + encoding.padding;
}
