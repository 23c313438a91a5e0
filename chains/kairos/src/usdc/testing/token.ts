import type { Address, Digest } from "@polis/codec";
import { decodeErrorResult, decodeEventLog, decodeFunctionResult, encodeFunctionData, type Hex, parseAbi } from "viem";
import { faceAddress } from "../../addresses.ts";
import { blacklistSlot, faceMapping, faceSlot, mappingSlot } from "../faceSlots.ts";
import { nativePerUnit } from "../money.ts";
import type { FaceWorld, TestResult } from "./faceWorld.ts";
import { fiatTokenAbi } from "./fiatTokenAbi.ts";

const person = (digit: string) => digit.repeat(40) as Address;

/** Everybody in the tests of the face, by name. */
export const people = {
  zero: person("0"),
  face: faceAddress,
  owner: person("a"),
  masterMinter: person("b"),
  pauser: person("c"),
  blacklister: person("d"),
  rescuer: person("e"),
  minter: "1".repeat(39).padEnd(40, "0") as Address,
  alice: "a11ce".padStart(40, "5") as Address,
  bob: "b0b".padStart(40, "6") as Address,
  carol: "ca501".padStart(40, "7") as Address,
  frozen: "f402e".padStart(40, "8") as Address,
  stranger: person("9"),
} as const;

/** A name of `people`. */
export type Person = keyof typeof people;

/** What a test sees of a call: decoded, with names in place of known addresses. */
export interface Seen {
  /** The return value, `undefined` when there is none or the call failed. */
  readonly value: unknown;
  /** Undefined on success, the text of `Error(string)`, or "" for a failure without one. */
  readonly reason: string | undefined;
  /** For example `Transfer(alice, bob, 5)`. */
  readonly events: readonly string[];
  readonly gas: bigint;
}

const errorAbi = parseAbi(["error Error(string)"]);
const names = new Map<string, string>(Object.entries(people).map(([name, address]) => [`0x${address}`, name]));

/** Calldata of a method, as viem encodes it; people stand by address. */
export function encodeCall(method: string, args: readonly unknown[]): Uint8Array {
  const data = encodeFunctionData({ abi: fiatTokenAbi, functionName: method, args } as never) as Hex;
  return Uint8Array.fromHex(data.slice(2));
}

/** 0x form of an address. */
export function hex(address: Address): Hex {
  return `0x${address}`;
}

/** Calls a method of the face as somebody. Names in the arguments stand for addresses. */
export function callToken(
  world: FaceWorld,
  from: Person | Address,
  method: string,
  args: readonly unknown[] = [],
  options: { readonly value?: bigint; readonly gas?: bigint } = {},
): Seen {
  const given = args.map((arg) => (typeof arg === "string" && arg in people ? hex(people[arg as Person]) : arg));
  const caller = from in people ? people[from as Person] : (from as Address);
  const result = world.call({ from: caller, data: encodeCall(method, given), ...options });
  return seen(result, method, given);
}

function seen({ success, output, logs, gasUsed }: TestResult, method: string, args: readonly unknown[]): Seen {
  const data = `0x${output.toHex()}` as Hex;
  const events = logs.map(({ topics, data }) => {
    const decoded = decodeEventLog({
      abi: fiatTokenAbi,
      topics: topics.map((topic: Digest): Hex => `0x${topic}`) as [Hex, ...Hex[]],
      data: `0x${data.toHex()}`,
    });
    return `${decoded.eventName}(${Object.values(decoded.args ?? {})
      .map(named)
      .join(", ")})`;
  });
  if (!success) {
    const reason = output.length === 0 ? "" : (decodeErrorResult({ abi: errorAbi, data }).args?.[0] as string);
    return { value: undefined, reason, events, gas: gasUsed };
  }
  const value = named(decodeFunctionResult({ abi: fiatTokenAbi, functionName: method, args, data } as never));
  return { value, reason: undefined, events, gas: gasUsed };
}

function named(value: unknown): unknown {
  const text = typeof value === "string" ? value.toLowerCase() : undefined;
  return text === undefined ? value : (names.get(text) ?? value);
}

/** One USDC on the face. */
export const unit = 1_000_000n;

/** Fills a world: roles, 1,000 USDC for the three persons and the minter, a blacklist, and the supply to match. */
export function openToken(world: FaceWorld): FaceWorld {
  const roles = ["owner", "masterMinter", "pauser", "blacklister", "rescuer"] as const;
  for (const role of roles) world.setStorage(faceAddress, faceSlot[role], BigInt(`0x${people[role]}`));
  const funded: readonly Person[] = ["alice", "bob", "carol", "minter", "frozen"];
  for (const name of funded) world.setAccount(people[name], 1_000n * unit * nativePerUnit);
  world.setStorage(faceAddress, faceSlot.totalMinted, BigInt(funded.length) * 1_000n * unit);
  for (const name of ["face", "frozen"] as const) world.setStorage(faceAddress, blacklistSlot(people[name]), 1n);
  world.setStorage(faceAddress, mappingSlot(people.minter, faceMapping.isMinter), 1n);
  world.setStorage(faceAddress, mappingSlot(people.minter, faceMapping.minterAllowance), 500n * unit);
  return world;
}
