import { type Address, bigIntToBytes, concatBytes, type Digest } from "@polis/codec";
import type { AccessListEntry } from "@polis/evm";
import type { CallRequest } from "../calls/job.ts";
import type { AccountOverride, BlockOverride } from "../calls/overrides.ts";
import type { SignedAuthorization } from "../ethereum/types.ts";
import { type ApiError, refusal } from "./method.ts";
import type { FieldsOf, ValueOf } from "./paramSpec.ts";

/** Input of one call; more than a transaction may have, because `eth_call` deploys and batches. */
const maxInputBytes = 1_048_576;
const maxCodeBytes = 1_048_576;
const maxListed = 8_192;
const maxOverrides = 1_024;
const maxOverriddenSlots = 16_384;

const word = <const N extends string>(name: N) => ({ name, type: "quantity", maxBits: 256, optional: true }) as const;
const input = <const N extends string>(name: N) =>
  ({ name, type: "data", maxBytes: maxInputBytes, optional: true }) as const;
const storageKey = { name: "storageKey", type: "hash" } as const;
const listedFields = [
  { name: "address", type: "address" },
  { name: "storageKeys", type: "list", of: storageKey, max: maxListed, optional: true },
] as const;
const listed = { name: "entry", type: "object", fields: listedFields } as const;
const authorizationFields = [
  { name: "chainId", type: "quantity", maxBits: 256 },
  { name: "address", type: "address" },
  { name: "nonce", type: "quantity", maxBits: 64 },
  { name: "yParity", type: "quantity", maxBits: 8 },
  { name: "r", type: "quantity", maxBits: 256 },
  { name: "s", type: "quantity", maxBits: 256 },
  { name: "v", type: "quantity", maxBits: 256, optional: true },
] as const;
const authorization = { name: "authorization", type: "object", fields: authorizationFields } as const;

const callFields = [
  { name: "from", type: "address", optional: true },
  { name: "to", type: "address", optional: true },
  { name: "gas", type: "quantity", maxBits: 64, optional: true },
  word("gasPrice"),
  word("maxFeePerGas"),
  word("maxPriorityFeePerGas"),
  word("value"),
  { name: "nonce", type: "quantity", maxBits: 64, optional: true },
  input("data"),
  input("input"),
  { name: "accessList", type: "list", of: listed, max: maxListed, optional: true },
  { name: "authorizationList", type: "list", of: authorization, max: 256, optional: true },
  // Accepted because wallets send them; they change nothing.
  { name: "type", type: "quantity", maxBits: 8, optional: true },
  word("chainId"),
] as const;
/** A call as `eth_call` and its relatives take it. */
export const callObject = { name: "call", type: "object", fields: callFields } as const;

const slotWord = { name: "value", type: "hash" } as const;
const slots = <const N extends string>(name: N) =>
  ({ name, type: "map", key: "hash", of: slotWord, max: maxOverriddenSlots, optional: true }) as const;
const overrideFields = [
  word("balance"),
  { name: "nonce", type: "quantity", maxBits: 64, optional: true },
  { name: "code", type: "data", maxBytes: maxCodeBytes, optional: true },
  slots("state"),
  slots("stateDiff"),
  { name: "movePrecompileToAddress", type: "address", optional: true },
] as const;
const override = { name: "override", type: "object", fields: overrideFields } as const;
/** What a call pretends of accounts. */
export const stateOverrides = {
  name: "stateOverrides",
  type: "map",
  key: "address",
  of: override,
  max: maxOverrides,
  optional: true,
} as const;

const blockFields = [
  { name: "number", type: "quantity", maxBits: 53, optional: true },
  { name: "time", type: "quantity", maxBits: 43, optional: true },
  { name: "gasLimit", type: "quantity", maxBits: 53, optional: true },
  { name: "feeRecipient", type: "address", optional: true },
  { name: "coinbase", type: "address", optional: true },
  { name: "prevRandao", type: "hash", optional: true },
  { name: "random", type: "hash", optional: true },
  word("baseFeePerGas"),
  word("baseFee"),
  word("blobBaseFee"),
] as const;
/** What a call pretends of its block; the second name of a field is that of older clients. */
export const blockOverrides = { name: "blockOverrides", type: "object", fields: blockFields, optional: true } as const;

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ApiError };

/** Reads a decoded call. `data` and `input` are two names of one thing and must agree. */
export function readCall(call: FieldsOf<typeof callFields>): Read<CallRequest> {
  const { data, input } = call;
  if (data !== undefined && input !== undefined && data.toHex() !== input.toHex()) {
    return refusal(-32602, "invalid parameter call: data and input differ");
  }
  return {
    ok: true,
    value: {
      from: call.from as Address | undefined,
      to: call.to as Address | undefined,
      gas: call.gas,
      gasPrice: call.gasPrice,
      maxFeePerGas: call.maxFeePerGas,
      maxPriorityFeePerGas: call.maxPriorityFeePerGas,
      value: call.value,
      nonce: call.nonce,
      data: input ?? data,
      accessList: call.accessList?.map(readEntry),
      authorizations: call.authorizationList?.map(readAuthorization),
    },
  };
}

function readEntry({ address, storageKeys }: FieldsOf<typeof listedFields>): AccessListEntry {
  return { address: address as Address, slots: (storageKeys ?? []) as readonly Digest[] };
}

function readAuthorization(tuple: FieldsOf<typeof authorizationFields>): SignedAuthorization {
  const { chainId, address, nonce, yParity, r, s } = tuple;
  const signature = concatBytes(bigIntToBytes(r, 32), bigIntToBytes(s, 32));
  return { chainId, address: address as Address, nonce, yParity: Number(yParity), signature };
}

/** Reads decoded overrides of accounts. */
export function readOverrides(overrides: ValueOf<typeof stateOverrides>): Read<readonly AccountOverride[]> {
  const read: AccountOverride[] = [];
  for (const [address, { balance, nonce, code, state, stateDiff, movePrecompileToAddress }] of overrides ?? []) {
    const path = `invalid parameter stateOverrides.0x${address}`;
    if (movePrecompileToAddress !== undefined) {
      return refusal(-32602, `${path}.movePrecompileToAddress: precompiles cannot be moved`);
    }
    if (state !== undefined && stateDiff !== undefined) {
      return refusal(-32602, `${path}: give only one of state and stateDiff`);
    }
    const numbers = (words: ReadonlyMap<string, string> | undefined) =>
      words && new Map([...words].map(([slot, value]) => [slot as Digest, BigInt(`0x${value}`)] as const));
    read.push({
      address: address as Address,
      balance,
      nonce,
      code,
      state: numbers(state),
      stateDiff: numbers(stateDiff),
    });
  }
  return { ok: true, value: read };
}

/** Reads decoded overrides of the block. */
export function readBlockOverride(fields: ValueOf<typeof blockOverrides>): BlockOverride {
  if (fields === undefined) return {};
  return {
    number: fields.number,
    timestampS: fields.time === undefined ? undefined : Number(fields.time),
    gasLimit: fields.gasLimit,
    feeRecipient: (fields.feeRecipient ?? fields.coinbase) as Address | undefined,
    prevRandao: (fields.prevRandao ?? fields.random) as Digest | undefined,
    baseFeePerGas: fields.baseFeePerGas ?? fields.baseFee,
    blobBaseFee: fields.blobBaseFee,
  };
}
