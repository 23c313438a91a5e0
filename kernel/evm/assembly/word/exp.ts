import { copy, setU64 } from "./bytes";
import { mul } from "./multiply";

const square = memory.data(32, 8);
const rest = memory.data(32, 8);
const result = memory.data(32, 8);

/** EXP: base^exponent modulo 2^256 by squaring; 0^0 = 1. At most 512 multiplications. */
export function exp(dst: usize, base: usize, exponent: usize): void {
  copy(square, base);
  copy(rest, exponent);
  setU64(result, 1);
  let limbs: u32 = 4;
  while (limbs > 0 && load<u64>(rest + ((limbs - 1) << 3)) == 0) limbs--;
  for (let i: u32 = 0; i < limbs; i++) {
    let bits = load<u64>(rest + (i << 3));
    const last = i + 1 == limbs;
    for (let count: u32 = 0; count < 64 && (bits != 0 || !last); count++) {
      if ((bits & 1) != 0) mul(result, result, square);
      mul(square, square, square);
      bits >>= 1;
    }
  }
  copy(dst, result);
}
