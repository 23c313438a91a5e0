import type { Random } from "./random.ts";

/** A parameter of a contract's interface. */
export interface AbiParameter {
  readonly type: string;
  readonly components?: readonly AbiParameter[];
}

/** Values for the parameters of a function, in the form that ABI encoders take; addresses come from a list. */
export function randomArguments(
  random: Random,
  parameters: readonly AbiParameter[],
  addresses: readonly `0x${string}`[],
): unknown[] {
  return parameters.map((parameter) => value(random, parameter, addresses));
}

function value(random: Random, parameter: AbiParameter, addresses: readonly `0x${string}`[]): unknown {
  const { type, components } = parameter;
  const list = /^(.*)\[(\d*)\]$/.exec(type);
  if (list !== null) {
    const length = list[2] === "" ? random.below(4) : Number(list[2]);
    return Array.from({ length }, () => value(random, { ...parameter, type: list[1]! }, addresses));
  }
  if (type === "tuple") return components!.map((part) => value(random, part, addresses));
  if (type === "address") return random.pick(addresses);
  if (type === "bool") return random.oneIn(2);
  if (type === "string") return "kairos".slice(0, random.below(7));
  if (type === "bytes") return `0x${random.bytes(random.below(70)).toHex()}`;
  if (type.startsWith("bytes")) return `0x${random.bytes(Number(type.slice(5))).toHex()}`;
  const bits = Number(/\d+$/.exec(type)?.[0] ?? 256) - (type.startsWith("int") ? 1 : 0);
  if (random.oneIn(8)) return (1n << BigInt(bits)) - 1n;
  return BigInt.asUintN(bits, random.oneIn(2) ? BigInt(random.below(2000)) : 10n ** BigInt(random.below(22)));
}
