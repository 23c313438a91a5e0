import { FRAME_IS_STATIC, FRAME_SELF, HALT_OUT_OF_GAS, HALT_STATIC_WRITE, LOG_HEADER_BYTES } from "../layout";
import { expand, frame, mem, memSize, rangeEnd } from "../frames/machine";
import { onLog } from "../host";
import { storeAddress } from "../tables/accounts";
import { addLog } from "../tables/logs";
import { storeBE } from "../word/bytes";

/** LOG0..LOG4: gas that is left, or minus the halt. */
export function log(topics: u32, sp: usize, gas: i64): i64 {
  if (load<u32>(frame, FRAME_IS_STATIC) != 0) return -HALT_STATIC_WRITE;
  const end = rangeEnd(sp, sp - 32);
  if (end == u64.MAX_VALUE) return expand(gas, end);
  const length = end == 0 ? 0 : load<u32>(sp - 32);
  let left = gas - 8 * <i64>length;
  if (left < 0) return -HALT_OUT_OF_GAS;
  if (end > memSize) {
    left = expand(left, end);
    if (left < 0) return left;
  }
  const at = addLog(topics, length);
  storeAddress(at, load<u32>(frame, FRAME_SELF));
  for (let i: u32 = 0; i < topics; i++) storeBE(at + LOG_HEADER_BYTES + (i << 5), sp - 64 - (i << 5));
  if (length > 0) memory.copy(at + LOG_HEADER_BYTES + (topics << 5), mem + load<u32>(sp), length);
  if (TRACE) onLog(at);
  return left;
}
