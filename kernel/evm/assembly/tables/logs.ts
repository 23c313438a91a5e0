import { LOG_DATA_BYTES, LOG_HEADER_BYTES, LOG_TOPIC_COUNT } from "../layout";
import { ensure } from "../memory";

/** Logs one behind the other; a frame that reverts cuts off its own. */
const region = memory.data(8, 8);
let count: u32 = 0;
let bytes: u32 = 0;

/** Makes the first room. Called once. */
export function initLogs(): void {
  ensure(region, 4096);
}

/** Forgets all logs: a transaction begins. */
export function clearLogs(): void {
  count = 0;
  bytes = 0;
}

/** Number of logs that are not cut off. */
export function logCount(): u32 {
  return count;
}

/** Bytes of all logs, headers and padding included: with `logCount` the mark for `cutLogs`. */
export function logBytes(): u32 {
  return bytes;
}

/** Pointer to the header of the first log; the next one follows its padded data. */
export function firstLog(): usize {
  return load<usize>(region);
}

/** Cuts the logs back to a mark. */
export function cutLogs(toCount: u32, toBytes: u32): void {
  count = toCount;
  bytes = toBytes;
}

/** Room for a log at the end; the caller fills address, topics and data. */
export function addLog(topics: u32, length: u32): usize {
  const size = LOG_HEADER_BYTES + topics * 32 + ((length + 7) & ~7);
  const log = ensure(region, bytes + size) + bytes;
  store<u32>(log, topics, LOG_TOPIC_COUNT);
  store<u32>(log, length, LOG_DATA_BYTES);
  bytes += size;
  count++;
  return log;
}
