import {
  ACCOUNT_BALANCE,
  FLAG_CREATED,
  FLAG_DESTROYED,
  FRAME_GAS,
  FRAME_IS_STATIC,
  FRAME_SELF,
  HALT_BALANCE,
  HALT_OUT_OF_GAS,
  HALT_STATIC_WRITE,
} from "../layout";
import { transfer } from "../frames/enter";
import { frame } from "../frames/machine";
import { onDestroy } from "../host";
import { keepsDestroyed } from "../rules";
import { accountAt, accountOfWord, addFlags, hasFlag, isEmpty, setBalance, touch, warm } from "../tables/accounts";
import { copy, setU64 } from "../word/bytes";
import { isZero } from "../word/compare";

const amount = memory.data(32, 8);
const zero = memory.data(32, 8);

/**
 * SELFDESTRUCT (EIP-6780): only a contract of the same transaction disappears, at the end of it. A movement that the
 * chain refuses fails the frame like a balance that is too small: its gas comes back.
 * @returns gas that is left, or minus the halt
 */
export function selfdestruct(word: usize, gas: i64): i64 {
  if (load<u32>(frame, FRAME_IS_STATIC) != 0) return -HALT_STATIC_WRITE;
  const self = load<u32>(frame, FRAME_SELF);
  const heir = accountOfWord(word);
  let left = gas - (warm(heir) ? 2600 : 0);
  copy(amount, accountAt(self) + ACCOUNT_BALANCE);
  if (!isZero(amount) && isEmpty(heir)) left -= 25000;
  if (left < 0) return -HALT_OUT_OF_GAS;
  if (TRACE) onDestroy(self, heir, amount);
  touch(heir);
  if (heir != self && !isZero(amount) && !transfer(self, heir, amount)) {
    store<i64>(frame, left, FRAME_GAS);
    return -HALT_BALANCE;
  }
  if (hasFlag(self, FLAG_CREATED)) {
    addFlags(self, FLAG_DESTROYED);
    if (heir == self && !keepsDestroyed) {
      setU64(zero, 0);
      setBalance(self, zero);
    }
  }
  return left;
}
