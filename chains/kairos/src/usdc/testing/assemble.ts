import type { Address } from "@polis/codec";

/** EVM code as hex: just what the tests of value movements need. */
type Code = string;

/** PUSH of a number. */
export function push(value: bigint | number): Code {
  const hex = BigInt(value).toString(16);
  const bytes = hex.padStart(hex.length + (hex.length % 2), "0");
  return (0x5f + bytes.length / 2).toString(16) + bytes;
}

const pushAddress = (address: Address): Code => `73${address}`;

/** Kinds of calls by their instruction. */
const callOps = { CALL: "f1", CALLCODE: "f2", DELEGATECALL: "f4", STATICCALL: "fa" } as const;

/** A call with almost all gas; its answer, 1 or 0, is left on the stack. Input is memory 0..inputBytes. */
export function call(kind: keyof typeof callOps, to: Address, value = 0n, inputBytes = 0): Code {
  const withValue = kind === "CALL" || kind === "CALLCODE" ? push(value) : "";
  return `${push(0)}${push(0)}${push(inputBytes)}${push(0)}${withValue}${pushAddress(to)}5a${callOps[kind]}`;
}

/** Puts bytes into memory from 0 on. */
export function store(bytes: Uint8Array): Code {
  let code = "";
  for (let at = 0; at < bytes.length; at += 32) {
    const word = bytes
      .subarray(at, at + 32)
      .toHex()
      .padEnd(64, "0");
    code += `7f${word}${push(at)}52`;
  }
  return code;
}

/** CREATE, or CREATE2 with a salt, from init code; the address, or 0, is left on the stack. */
export function create(init: Code, value: bigint, salt?: number): Code {
  const bytes = Uint8Array.fromHex(init);
  const code = `${store(bytes)}${salt === undefined ? "" : push(salt)}${push(bytes.length)}${push(0)}${push(value)}`;
  return code + (salt === undefined ? "f0" : "f5");
}

/** SELFDESTRUCT in favour of an account. */
export function selfDestruct(beneficiary: Address): Code {
  return `${pushAddress(beneficiary)}ff`;
}

/** Returns the word on the stack. */
export const returnWord: Code = `${push(0)}52${push(32)}${push(0)}f3`;
/** POP: drops the word on top of the stack. */
export const pop: Code = "50";
/** STOP: ends the frame well, without output. */
export const stop: Code = "00";
/** REVERT without output. */
export const revert: Code = `${push(0)}${push(0)}fd`;

/** LOG0 of nothing: a mark that tells when it ran. */
export const mark: Code = `${push(0)}${push(0)}a0`;

/** Code as bytes. */
export function code(...parts: readonly Code[]): Uint8Array {
  return Uint8Array.fromHex(parts.join(""));
}
