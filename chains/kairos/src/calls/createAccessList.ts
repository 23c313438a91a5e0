import { type Address, addressToBytes, type Digest, digestOf, encodeRlp, quantityOf, rlpUint } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { type AccessListEntry, accessListTracer } from "@polis/evm";
import { zeroAddress } from "../addresses.ts";
import { accessListJson } from "../api/ethereumJson.ts";
import { type Answer, type Json, refusal, result } from "../api/method.ts";
import { smaller } from "../smaller.ts";
import { executionError } from "./executionError.ts";
import type { CallJob } from "./job.ts";
import { type CallPlace, isPrecompileAddress, openCall } from "./openCall.ts";
import { simulate } from "./runCall.ts";
import type { CallWorld } from "./world.ts";

/** Runs until the list is stable; a contract can make it depend on gas, so the runs are bounded. */
const maxRuns = 8;

/**
 * `eth_createAccessList` (EIP-2930): the accounts and slots that the call touches beyond those that are warm anyway, and
 * the gas that it uses with that list.
 */
export function createAccessList(world: CallWorld, job: CallJob & { readonly kind: "createAccessList" }): Answer {
  const opened = openCall(world, job.block, job.accounts, job.environment);
  if (!opened.ok) return opened;
  const place = opened.value;
  const warm = warmAddresses(place, job);
  const gas = smaller(job.call.gas ?? job.gasCap, job.gasCap);
  let list = job.call.accessList ?? [];
  for (let i = 0; i < maxRuns; i++) {
    if (world.expired()) return refusal(-32005, "the access list took too long");
    const touched = accessListTracer(warm);
    const ran = simulate(world, place, { ...job.call, accessList: list }, gas, touched.tracer);
    if (!ran.ok) return ran;
    const next = merge(job.call.accessList ?? [], touched.list());
    const stable = sizeOf(next) === sizeOf(list);
    list = next;
    if (!stable && i < maxRuns - 1) continue;
    const answer: Record<string, Json> = { accessList: accessListJson(list), gasUsed: quantityOf(ran.value.gasUsed) };
    const error = executionError(ran.value);
    return result(error === undefined ? answer : { ...answer, error: error.message });
  }
  throw new Error("the last run always answers");
}

/** Addresses that cost no more without a list: sender, target, beneficiary and precompiles (EIP-2929, EIP-3651). */
function warmAddresses({ state, env }: CallPlace, { call }: CallJob & { readonly kind: "createAccessList" }) {
  const from = call.from ?? zeroAddress;
  const nonce = state.account(from)?.nonce ?? 0n;
  const created = () => digestOf(keccak256(encodeRlp([addressToBytes(from), rlpUint(nonce)]))).slice(24) as Address;
  const to = call.to ?? created();
  return (address: Address) =>
    address === from || address === to || address === env.coinbase || isPrecompileAddress(address);
}

/** What the caller listed stays listed, also where the call did not touch it. */
function merge(given: readonly AccessListEntry[], touched: readonly AccessListEntry[]): readonly AccessListEntry[] {
  const all = new Map<Address, Set<Digest>>();
  for (const { address, slots } of [...given, ...touched]) {
    const known = all.get(address) ?? new Set();
    for (const slot of slots) known.add(slot);
    all.set(address, known);
  }
  return [...all].map(([address, slots]) => ({ address, slots: [...slots] }));
}

function sizeOf(list: readonly AccessListEntry[]): number {
  return list.reduce((sum, { slots }) => sum + 1 + slots.length, 0);
}
