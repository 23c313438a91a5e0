import type { Address } from "@polis/codec";
import { CodeBuilder } from "./codeBuilder.ts";
import type { Random } from "./random.ts";

/** What programs may name. */
export interface ProgramNames {
  readonly addresses: readonly Address[];
  /** Osaka's CLZ is among the instructions. */
  readonly hasClz: boolean;
}

const BINARY = [
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0a, 0x0b, 0x10, 0x11, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1b,
  0x1c, 0x1d,
];
const ENVIRONMENT = [
  0x30, 0x32, 0x33, 0x34, 0x36, 0x38, 0x3a, 0x3d, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x4a, 0x58, 0x59,
  0x5a,
];
const WORD = 1n << 256n;

/**
 * Code that mostly makes sense: operands are on the stack, offsets are small, jumps land. Now and then one of these does
 * not hold, because that is where engines differ.
 */
export function randomProgram(random: Random, names: ProgramNames, instructions: number): Uint8Array {
  const builder = new CodeBuilder();
  for (let i = 0; i < instructions; i++) fragment(builder, random, names);
  end(builder, random);
  return builder.build();
}

function fragment(b: CodeBuilder, random: Random, names: ProgramNames): void {
  const choice = random.below(100);
  if (choice < 22) arithmetic(b, random, names);
  else if (choice < 30) stackMove(b, random);
  else if (choice < 42) memory(b, random);
  else if (choice < 52) copies(b, random, names);
  else if (choice < 64) storage(b, random);
  else if (choice < 71) environment(b, random, names);
  else if (choice < 75) log(b, random);
  else if (choice < 85) call(b, random, names);
  else if (choice < 88) create(b, random, names);
  else if (choice < 99) jump(b, random, names);
  else mistake(b, random, names);
}

function arithmetic(b: CodeBuilder, random: Random, { hasClz }: ProgramNames): void {
  const kind = random.below(8);
  if (kind === 0) b.push(number(random)).op(random.pick(hasClz ? [0x15, 0x19, 0x1e] : [0x15, 0x19]), 1, 1);
  else if (kind === 1) {
    for (let i = 0; i < 3; i++) b.push(number(random));
    b.op(random.pick([0x08, 0x09]), 3, 1);
  } else {
    b.push(number(random));
    if (b.depth < 2 || random.oneIn(2)) b.push(number(random));
    b.op(random.pick(BINARY), 2, 1);
  }
}

function stackMove(b: CodeBuilder, random: Random): void {
  if (b.depth === 0) b.push(number(random));
  const kind = random.below(3);
  if (kind === 0) b.op(0x80 + random.below(Math.min(16, b.depth)), 0, 1);
  else if (kind === 1 && b.depth > 1) b.op(0x90 + random.below(Math.min(16, b.depth - 1)));
  else b.op(0x50, 1);
}

function memory(b: CodeBuilder, random: Random): void {
  const kind = random.below(6);
  if (kind === 0) b.push(offset(random)).op(0x51, 1, 1);
  else if (kind === 1) b.push(number(random)).push(offset(random)).op(0x53, 2);
  else if (kind === 2) b.push(length(random)).push(offset(random)).op(0x20, 2, 1);
  else if (kind === 3) b.push(length(random)).push(offset(random)).push(offset(random)).op(0x5e, 3);
  else b.push(number(random)).push(offset(random)).op(0x52, 2);
}

function copies(b: CodeBuilder, random: Random, names: ProgramNames): void {
  const kind = random.below(5);
  if (kind === 0) {
    b.push(offset(random)).op(0x35, 1, 1);
    return;
  }
  b.push(length(random)).push(offset(random)).push(offset(random));
  if (kind === 1) b.op(0x37, 3);
  else if (kind === 2) b.op(0x39, 3);
  else if (kind === 3) address(b, random, names).op(0x3c, 4);
  // Reading beyond the return data halts, so mostly copy what there is.
  else if (random.oneIn(12)) b.op(0x3e, 3);
  else b.op(0x50, 1).op(0x50, 1).op(0x50, 1).op(0x3d, 0, 1).push(0).push(offset(random)).op(0x3e, 3);
}

function storage(b: CodeBuilder, random: Random): void {
  const slot = random.oneIn(8) ? number(random) : BigInt(random.below(4));
  const kind = random.below(8);
  if (kind < 2) b.push(slot).op(0x54, 1, 1);
  else if (kind === 2) b.push(slot).op(0x5c, 1, 1);
  else if (kind === 3) b.push(random.below(3)).push(slot).op(0x5d, 2);
  else
    b.push(random.oneIn(3) ? number(random) : random.below(3))
      .push(slot)
      .op(0x55, 2);
}

function environment(b: CodeBuilder, random: Random, names: ProgramNames): void {
  const kind = random.below(8);
  if (kind === 0) address(b, random, names).op(random.pick([0x31, 0x3b, 0x3f]), 1, 1);
  else if (kind === 1) b.push(700 + random.below(310)).op(0x40, 1, 1);
  else if (kind === 2) b.push(random.below(2)).op(0x49, 1, 1);
  else b.op(random.pick(ENVIRONMENT), 0, 1);
}

function log(b: CodeBuilder, random: Random): void {
  const topics = random.below(5);
  for (let i = 0; i < topics; i++) b.push(number(random));
  b.push(length(random))
    .push(offset(random))
    .op(0xa0 + topics, topics + 2);
}

function call(b: CodeBuilder, random: Random, names: ProgramNames): void {
  const op = random.pick([0xf1, 0xf1, 0xf1, 0xf2, 0xf4, 0xfa]);
  b.push(length(random)).push(offset(random)).push(length(random)).push(offset(random));
  const hasValue = op === 0xf1 || op === 0xf2;
  if (hasValue) b.push(random.pick([0, 0, 0, 1, 7, 1n << 80n]));
  address(b, random, names);
  // Fixed gas most of the time, so that calls in a circle end before the caller's gas does.
  if (random.oneIn(4)) b.op(0x5a, 0, 1);
  else b.push(random.pick([0, 100, 2300, 10_000, 10_000, 30_000, 60_000, WORD - 1n]));
  b.op(op, hasValue ? 7 : 6, 1);
}

function create(b: CodeBuilder, random: Random, names: ProgramNames): void {
  const init = initCode(random, names);
  for (let at = 0; at < init.length; at += 32) {
    const word = new Uint8Array(32);
    word.set(init.subarray(at, at + 32));
    b.pushBytes(word).push(at).op(0x52, 2);
  }
  const isSalted = random.oneIn(2);
  if (isSalted) b.push(random.below(2));
  b.push(init.length)
    .push(0)
    .push(random.pick([0, 0, 1]));
  b.op(isSalted ? 0xf5 : 0xf0, isSalted ? 4 : 3, 1);
  if (random.oneIn(2)) {
    // Call what was just made.
    b.op(0x80, 0, 1);
    for (let i = 0; i < 5; i++) b.push(0);
    b.op(0x85, 0, 1).op(0x5a, 0, 1).op(0xf1, 7, 1).op(0x50, 1).op(0x50, 1);
  }
}

/** Init code that writes a slot or returns some code, valid or refused. */
function initCode(random: Random, names: ProgramNames): Uint8Array {
  const b = new CodeBuilder();
  if (random.oneIn(3)) b.push(number(random)).push(random.below(3)).op(0x55, 2);
  const kind = random.below(6);
  if (kind === 0) b.op(0xfe);
  else if (kind === 1) b.push(0).push(0).op(0xfd, 2);
  else if (kind === 2) address(b, random, names).op(0xff, 1);
  else {
    const body = random.pick(["ff", "33ff", "600160005500", "ef00", "60005460015500", "5b3d3d3d3d3d305af1"]);
    const code = Uint8Array.fromHex(body);
    const word = new Uint8Array(32);
    word.set(code);
    const size = random.oneIn(10) ? 24_570 + random.below(12) : code.length;
    b.pushBytes(word).push(0).op(0x52, 2).push(size).push(0).op(0xf3, 2);
  }
  return b.build();
}

function jump(b: CodeBuilder, random: Random, names: ProgramNames): void {
  const target = b.label();
  const kind = random.below(5);
  if (kind === 0) {
    // A loop of a few rounds: the counter stays on the stack.
    b.push(1 + random.below(6)).place(target);
    const { depth } = b;
    for (let i = random.below(3); i > 0; i--) memory(b, random);
    while (b.depth > depth) b.op(0x50, 1);
    b.push(1).op(0x90).op(0x03, 2, 1).op(0x80, 0, 1).pushLabel(target).op(0x57, 2).op(0x50, 1);
  } else if (kind === 1) {
    b.pushLabel(target)
      .op(0x56, 1)
      .raw(random.bytes(random.below(4)))
      .place(target);
  } else {
    b.push(random.below(2)).pushLabel(target).op(0x57, 2);
    const { depth } = b;
    storage(b, random);
    if (random.oneIn(2)) call(b, random, names);
    while (b.depth > depth) b.op(0x50, 1);
    b.place(target);
  }
}

/** Something that ends the frame, or would in a worse engine. */
function mistake(b: CodeBuilder, random: Random, names: ProgramNames): void {
  const kind = random.below(7);
  if (kind === 0) b.raw([random.below(256)]);
  else if (kind === 1) b.op(random.pick([0x01, 0x52, 0x55, 0x9f, 0x8f, 0xf1]));
  else if (kind === 2) b.push(number(random)).op(0x56, 1);
  else if (kind === 3)
    b.push(number(random))
      .push(1)
      .push(number(random))
      .op(random.pick([0x37, 0x3e, 0x5e]), 3);
  else if (kind === 4) b.push(number(random)).op(random.pick([0x51, 0x20]), 1);
  else if (kind === 5) b.raw([0x60 + random.below(32)]);
  else address(b, random, names).op(0xff, 1);
}

function end(b: CodeBuilder, random: Random): void {
  const kind = random.below(8);
  if (kind < 4) b.push(length(random)).push(offset(random)).op(0xf3, 2);
  else if (kind === 4) b.push(length(random)).push(offset(random)).op(0xfd, 2);
  else if (kind < 7) b.op(0x00);
}

function address(b: CodeBuilder, random: Random, { addresses }: ProgramNames): CodeBuilder {
  if (random.oneIn(10)) return b.push(1 + random.below(9));
  if (random.oneIn(12)) return b.op(0x30, 0, 1);
  return b.pushBytes(Uint8Array.fromHex(random.pick(addresses)));
}

/** A word: small, near a power of two, or any. */
function number(random: Random): bigint {
  const kind = random.below(4);
  if (kind === 0) return BigInt(random.below(300));
  if (kind === 1) return BigInt.asUintN(256, (1n << BigInt(random.below(257))) + BigInt(random.below(5) - 2));
  return BigInt(`0x${random.bytes(1 + random.below(32)).toHex()}`);
}

function offset(random: Random): number | bigint {
  if (random.oneIn(250)) return random.pick([WORD - 1n, 1n << 64n, 1n << 32n, (1n << 32n) - 1n, 100_000]);
  return random.below(random.oneIn(3) ? 400 : 100);
}

function length(random: Random): number | bigint {
  if (random.oneIn(250)) return random.pick([WORD - 1n, 1n << 63n, 1n << 32n, 0x7fff_ffff, 50_000]);
  return random.oneIn(4) ? 0 : random.below(random.oneIn(3) ? 300 : 70);
}
