import { CODE_LENGTH, CODE_START, FORK_PRAGUE } from "../layout";
import { fork } from "../rules";
import { findAccount, see, warm } from "../tables/accounts";
import { codeOf } from "../tables/codes";

const WARM_GAS: i64 = 100;
const COLD_GAS: i64 = 2600;

/** Price of looking at an account (EIP-2929); it is warm afterwards. */
export function accessGas(account: u32): i64 {
  return warm(account) ? COLD_GAS : WARM_GAS;
}

/** What a cold account costs above the warm price that the opcode table has. */
export function coldGas(account: u32): i64 {
  return warm(account) ? COLD_GAS - WARM_GAS : 0;
}

/** Account that the code of `account` names as its delegate (EIP-7702), or -1. */
export function delegateOf(account: u32): i64 {
  if (fork < FORK_PRAGUE) return -1;
  const block = codeOf(account);
  if (load<u32>(block, CODE_LENGTH) != 23) return -1;
  const code = block + CODE_START;
  if (load<u16>(code) != 0x01ef || load<u8>(code, 2) != 0) return -1;
  const delegate = findAccount(
    bswap<u64>(load<u64>(code, 15)),
    bswap<u64>(load<u64>(code, 7)),
    bswap<u32>(load<u32>(code, 3)),
  );
  if (TRACE) see(delegate);
  return delegate;
}
