import { blake2Begin, blake2End, blake2Rounds } from "./blake2";

export { append, begin, end, modulusAt, oneAt, powerAt, square } from "./power";

/** Bytes that come from and go to the host. */
const buffer = memory.data(8192, 8);

/** Address of the buffer that both sides use. */
export function bufferAt(): usize {
  return buffer;
}

const work = memory.data(128, 8);

/** BLAKE2b's F over the buffer: state, block and counter lie one after the other, as EIP-152 has them. */
export function beginBlake2f(isLast: bool): void {
  blake2Begin(work, buffer, buffer + 192, isLast);
}

/** Some rounds of it: a multiple of ten in all calls but the last. */
export function roundsOfBlake2f(rounds: u32): void {
  blake2Rounds(rounds, work, buffer + 64);
}

/** Replaces the state by the result. */
export function endBlake2f(): void {
  blake2End(work, buffer);
}
