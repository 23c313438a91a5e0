import { add, sub } from "./arithmetic";
import { copy, fitsU64, setU64 } from "./bytes";
import { isZero, lt } from "./compare";
import { mod, modLimbs } from "./divide";
import { divideByLimb } from "./divideByLimb";
import { mulFull } from "./multiply";

const wide = memory.data(64, 8);
const reduced = memory.data(32, 8);
const modulus = memory.data(32, 8);

/** ADDMOD: (a + b) mod n without a wrap at 2^256; 0 when n = 0. */
export function addmod(dst: usize, a: usize, b: usize, n: usize): void {
  if (isZero(n)) {
    setU64(dst, 0);
    return;
  }
  copy(modulus, n);
  mod(reduced, a, modulus);
  mod(wide, b, modulus);
  add(wide, wide, reduced);
  // Both were below n, so a sum that wrapped or reached n is less than n above it.
  if (lt(wide, reduced) || !lt(wide, modulus)) sub(wide, wide, modulus);
  copy(dst, wide);
}

/** MULMOD: (a · b) mod n with the whole 512-bit product; 0 when n = 0. */
export function mulmod(dst: usize, a: usize, b: usize, n: usize): void {
  if (isZero(n)) {
    setU64(dst, 0);
    return;
  }
  mulFull(wide, a, b);
  if (fitsU64(n)) setU64(dst, divideByLimb(0, wide, 8, load<u64>(n)));
  else modLimbs(dst, wide, 8, n);
}
