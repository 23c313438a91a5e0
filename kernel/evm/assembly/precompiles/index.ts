import { blake2f as compress } from "./blake2";

export { append, begin, end, modulusAt, oneAt, powerAt, square } from "./power";

/** Bytes that come from and go to the host. */
const buffer = memory.data(8192, 8);

/** Address of the buffer that both sides use. */
export function bufferAt(): usize {
  return buffer;
}

/** BLAKE2b's F over the buffer: state, block and counter lie one after the other, as EIP-152 has them. */
export function blake2f(rounds: u32, isLast: bool): void {
  compress(rounds, buffer, buffer + 64, buffer + 192, isLast);
}
