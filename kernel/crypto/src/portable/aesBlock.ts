/**
 * The AES-256 block cipher (FIPS 197), forward direction only, which is all that GCM needs. Its table look-ups depend on the
 * key, so it belongs on machines whose cache no stranger can time: a person's own browser.
 */
export function createAes256(key: Uint8Array): (block: Uint8Array) => Uint8Array {
  if (key.length !== 32) throw new RangeError("an AES-256 key has 32 bytes");
  const schedule = expandKey(key);
  return (block) => {
    let state = addRoundKey(block.slice(), schedule, 0);
    for (let round = 1; round < 14; round++) {
      state = addRoundKey(mixColumns(shiftRows(substitute(state))), schedule, round);
    }
    return addRoundKey(shiftRows(substitute(state)), schedule, 14);
  };
}

/** Doubling in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1. */
function double(value: number): number {
  return ((value << 1) ^ (value & 0x80 ? 0x11b : 0)) & 0xff;
}

/** The substitution box: the inverse in GF(2^8), walked by the powers of the generator 3, then the affine map. */
const box = makeBox();
function makeBox(): Uint8Array {
  const out = new Uint8Array(256);
  let power = 1;
  let inverse = 1;
  do {
    power ^= double(power);
    // Division by 3 is multiplication by 0xf6.
    inverse ^= inverse << 1;
    inverse ^= inverse << 2;
    inverse ^= inverse << 4;
    inverse &= 0xff;
    if (inverse & 0x80) inverse ^= 0x09;
    const rotated = inverse ^ rotate(inverse, 1) ^ rotate(inverse, 2) ^ rotate(inverse, 3) ^ rotate(inverse, 4);
    out[power] = rotated ^ 0x63;
  } while (power !== 1);
  out[0] = 0x63;
  return out;
}

function rotate(value: number, by: number): number {
  return ((value << by) | (value >> (8 - by))) & 0xff;
}

function expandKey(key: Uint8Array): Uint8Array {
  const out = new Uint8Array(15 * 16);
  out.set(key);
  let constant = 1;
  for (let at = 32; at < out.length; at += 4) {
    let word = out.slice(at - 4, at);
    if (at % 32 === 0) {
      word = Uint8Array.of(box[word[1]!]! ^ constant, box[word[2]!]!, box[word[3]!]!, box[word[0]!]!);
      constant = double(constant);
    } else if (at % 32 === 16) {
      word = word.map((byte) => box[byte]!);
    }
    for (let i = 0; i < 4; i++) out[at + i] = out[at - 32 + i]! ^ word[i]!;
  }
  return out;
}

function addRoundKey(state: Uint8Array, schedule: Uint8Array, round: number): Uint8Array {
  for (let i = 0; i < 16; i++) state[i]! ^= schedule[round * 16 + i]!;
  return state;
}

function substitute(state: Uint8Array): Uint8Array {
  for (let i = 0; i < 16; i++) state[i] = box[state[i]!]!;
  return state;
}

/** Row r of the column-major state moves left by r. */
function shiftRows(state: Uint8Array): Uint8Array {
  return state.map((_, i) => state[(i + 4 * (i % 4)) % 16]!);
}

function mixColumns(state: Uint8Array): Uint8Array {
  return state.map((own, i) => {
    const column = i - (i % 4);
    const next = state[column + ((i + 1) % 4)]!;
    return double(own) ^ double(next) ^ next ^ state[column + ((i + 2) % 4)]! ^ state[column + ((i + 3) % 4)]!;
  });
}
