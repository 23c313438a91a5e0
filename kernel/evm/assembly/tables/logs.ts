import { LOG_DATA_BYTES, LOG_HEADER_BYTES, LOG_TOPIC_COUNT } from "../layout";
import { ensure } from "../memory";

/** Logs one behind the other; a frame that reverts cuts off its own. */
const region = memory.data(8, 8);
let count: u32 = 0;
let bytes: u32 = 0;

export function initLogs(): void {
  ensure(region, 4096);
}

export function clearLogs(): void {
  count = 0;
  bytes = 0;
}

export function logCount(): u32 {
  return count;
}

export function logBytes(): u32 {
  return bytes;
}

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
