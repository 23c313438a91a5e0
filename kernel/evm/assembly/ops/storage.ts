import {
  FRAME_IS_STATIC,
  FRAME_SELF,
  HALT_OUT_OF_GAS,
  HALT_STATIC_WRITE,
  SLOT_OLD_VALUE,
  SLOT_VALUE,
} from "../layout";
import { frame, refund, setRefund } from "../frames/machine";
import { noteSlot, noteTransient } from "../tables/journal";
import { findSlot, findTransient, seeSlot, slotAt, transientAt, warmSlot } from "../tables/slots";
import { copy } from "../word/bytes";
import { eq, isZero } from "../word/compare";

/** SLOAD of the running frame: the slot at `word` becomes its value. Gas that is left, or minus the halt. */
export function sload(word: usize, gas: i64): i64 {
  const self = load<u32>(frame, FRAME_SELF);
  const number = findSlot(self, word);
  if (TRACE) seeSlot(self, number);
  const left = gas - (warmSlot(number) ? 2100 : 100);
  if (left < 0) return -HALT_OUT_OF_GAS;
  copy(word, slotAt(number) + SLOT_VALUE);
  return left;
}

/** SSTORE of the running frame with the prices and refunds of EIP-2200, 2929 and 3529. */
export function sstore(key: usize, value: usize, gas: i64): i64 {
  if (load<u32>(frame, FRAME_IS_STATIC) != 0) return -HALT_STATIC_WRITE;
  if (gas <= 2300) return -HALT_OUT_OF_GAS;
  const self = load<u32>(frame, FRAME_SELF);
  const number = findSlot(self, key);
  if (TRACE) seeSlot(self, number);
  let price: i64 = warmSlot(number) ? 2100 : 0;
  const slot = slotAt(number);
  const current = slot + SLOT_VALUE;
  const original = slot + SLOT_OLD_VALUE;
  if (eq(current, value)) {
    if (gas < price + 100) return -HALT_OUT_OF_GAS;
    return gas - price - 100;
  }
  const untouched = eq(original, current);
  if (untouched) price += isZero(original) ? 20000 : 2900;
  else price += 100;
  if (gas < price) return -HALT_OUT_OF_GAS;
  let back: i64 = 0;
  if (!isZero(original)) {
    if (!untouched && isZero(current)) back -= 4800;
    if (isZero(value)) back += 4800;
  }
  if (!untouched && eq(original, value)) back += isZero(original) ? 19900 : 2800;
  setRefund(refund + back);
  noteSlot(number, current);
  copy(slotAt(number) + SLOT_VALUE, value);
  return gas - price;
}

/** TLOAD (EIP-1153): the slot at `word` becomes its value. */
export function tload(word: usize): void {
  copy(word, transientAt(findTransient(load<u32>(frame, FRAME_SELF), word)) + SLOT_VALUE);
}

/** TSTORE: 0, or minus the halt. */
export function tstore(key: usize, value: usize): i64 {
  if (load<u32>(frame, FRAME_IS_STATIC) != 0) return -HALT_STATIC_WRITE;
  const number = findTransient(load<u32>(frame, FRAME_SELF), key);
  noteTransient(number, transientAt(number) + SLOT_VALUE);
  copy(transientAt(number) + SLOT_VALUE, value);
  return 0;
}
