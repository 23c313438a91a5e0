/** Where the module keeps its state of 25 lanes; its first 32 bytes are the digest. */
export const stateAt = 192;
/** Where input blocks of 136 bytes are put, up to the end of the one page of memory. */
export const inputAt = 512;
/** Bytes of one page of WebAssembly memory. */
export const pageBytes = 65_536;
/** Bytes that one permutation takes in: 1088 bits, the rate of Keccak-256. */
export const rateBytes = 136;

const laneCount = 25;
const roundCount = 24;
// Local variables of the function: two i32, then i64 lanes.
const end = 0;
const from = 1;
const round = 2;
const lanes = 3;
const nextLanes = lanes + laneCount;
const columns = nextLanes + laneCount;
const row = columns + 10;

/**
 * A WebAssembly module with the Keccak-f[1600] permutation (FIPS 202, section 3), as bytes. Its function `absorb(end)` takes
 * the blocks from `inputAt` to `end` into the state; its memory is one page. Two rounds are written out and repeated
 * twelve times, so that all lanes stay in variables and none is moved.
 */
export function keccakModule(): Uint8Array<ArrayBuffer> {
  const body = [
    ...[0x02, 0x02, 0x7f, ...uint(row + 5 - lanes), 0x7e],
    ...all((i) => [...i32(0), ...load(stateAt + 8 * i), ...set(lanes + i)]),
    ...[...i32(inputAt), ...set(from)],
    ...[0x03, 0x40],
    ...all((i) => (8 * i < rateBytes ? [...get(lanes + i), ...get(from), ...load(8 * i), xor, ...set(lanes + i)] : [])),
    ...[...i32(0), ...set(round)],
    ...[0x03, 0x40, ...oneRound(lanes, nextLanes, 0), ...oneRound(nextLanes, lanes, 8)],
    ...[...get(round), ...i32(16), 0x6a, 0x22, round, ...i32(8 * roundCount), 0x49, 0x0d, 0, 0x0b],
    ...[...get(from), ...i32(rateBytes), 0x6a, 0x22, from, ...get(end), 0x49, 0x0d, 0, 0x0b],
    ...all((i) => [...i32(0), ...get(lanes + i), 0x37, 3, ...uint(stateAt + 8 * i)]),
    0x0b,
  ];
  const constants = roundConstants();
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, 0x7f, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 1, 1, 1]),
    ...section(7, [2, ...name("absorb"), 0, 0, ...name("memory"), 2, 0]),
    ...section(10, [1, ...uint(body.length), ...body]),
    ...section(11, [1, 0, ...i32(0), 0x0b, ...uint(constants.length), ...constants]),
  ]);
}

/** One round from the lanes at `a` to those at `b` (FIPS 202: theta, rho, pi, chi, iota). Lane x, y is number x + 5y. */
function oneRound(a: number, b: number, constantAt: number): number[] {
  const code: number[] = [];
  for (let x = 0; x < 5; x++) {
    code.push(...get(a + x));
    for (let y = 1; y < 5; y++) code.push(...get(a + x + 5 * y), xor);
    code.push(...set(columns + x));
  }
  for (let x = 0; x < 5; x++) {
    code.push(...get(columns + ((x + 1) % 5)), 0x42, 1, rotateLeft, ...get(columns + ((x + 4) % 5)), xor);
    code.push(...set(columns + 5 + x));
  }
  const turns = rotations();
  for (let y = 0; y < 5; y++) {
    for (let x = 0; x < 5; x++) {
      // Pi takes lane (x + 3y, x) to (x, y).
      const source = ((x + 3 * y) % 5) + 5 * x;
      code.push(...get(a + source), ...get(columns + 5 + (source % 5)), xor);
      if (turns[source] !== 0) code.push(0x42, ...int(turns[source]!), rotateLeft);
      code.push(...set(row + x));
    }
    for (let x = 0; x < 5; x++) {
      code.push(...get(row + ((x + 1) % 5)), 0x42, 0x7f, xor, ...get(row + ((x + 2) % 5)), 0x83, ...get(row + x), xor);
      if (x + y === 0) code.push(...get(round), ...load(constantAt), xor);
      code.push(...set(b + x + 5 * y));
    }
  }
  return code;
}

/** Bits by which rho rotates each lane (FIPS 202, algorithm 2). */
function rotations(): number[] {
  const turns = new Array<number>(laneCount).fill(0);
  for (let t = 0, x = 1, y = 0; t < 24; t++) {
    turns[x + 5 * y] = (((t + 1) * (t + 2)) / 2) % 64;
    [x, y] = [y, (2 * x + 3 * y) % 5];
  }
  return turns;
}

/** The 24 constants of iota as 64-bit little-endian words (FIPS 202, algorithms 5 and 6). */
function roundConstants(): Uint8Array {
  const out = new Uint8Array(8 * roundCount);
  let register = 1;
  for (let i = 0; i < roundCount; i++) {
    for (let j = 0; j <= 6; j++) {
      const bit = 2 ** j - 1;
      if ((register & 1) === 1) out[8 * i + (bit >> 3)]! |= 1 << (bit & 7);
      register = register >= 0x80 ? ((register << 1) ^ 0x171) & 0xff : register << 1;
    }
  }
  return out;
}

const xor = 0x85;
const rotateLeft = 0x89;

function all(code: (lane: number) => number[]): number[] {
  return Array.from({ length: laneCount }, (_, lane) => code(lane)).flat();
}

function get(local: number): number[] {
  return [0x20, local];
}

function set(local: number): number[] {
  return [0x21, local];
}

function i32(value: number): number[] {
  return [0x41, ...int(value)];
}

/** Loads 64 bits from the address on the stack plus `offset`. */
function load(offset: number): number[] {
  return [0x29, 3, ...uint(offset)];
}

function section(id: number, content: number[]): number[] {
  return [id, ...uint(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...new TextEncoder().encode(text)];
}

/** Unsigned LEB128. */
function uint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...uint(value >>> 7)];
}

/** Signed LEB128 of a number that is not negative. */
function int(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...int(value >>> 7)];
}
