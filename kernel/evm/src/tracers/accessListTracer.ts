import type { Address, Digest } from "@polis/codec";
import type { AccessListEntry } from "../seam/transaction.ts";
import { createBudget } from "./budget.ts";
import { defaultRecorderLimits, type JsonValue, type Recorder, type RecorderLimits } from "./types.ts";

/** A recorder that also gives the list as the EVM takes it. */
export interface AccessListRecorder extends Recorder<readonly JsonValue[]> {
  list(): readonly AccessListEntry[];
}

/**
 * The accounts and slots that the execution touched, as an access list (EIP-2930). An excluded account is listed only for
 * the sake of its slots.
 * @param isExcluded accounts that are warm anyway: sender, target, precompiles
 */
export function accessListTracer(
  isExcluded: (address: Address) => boolean,
  limits: Partial<RecorderLimits> = {},
): AccessListRecorder {
  const budget = createBudget({ ...defaultRecorderLimits, ...limits });
  const touched = new Map<Address, Set<Digest>>();
  function slotsOf(address: Address): Set<Digest> | undefined {
    const known = touched.get(address);
    if (known !== undefined) return known;
    if (!budget.take(80)) return undefined;
    const slots = new Set<Digest>();
    touched.set(address, slots);
    return slots;
  }
  const list = () => [...touched].map(([address, slots]) => ({ address, slots: [...slots] }));
  return {
    tracer: {
      onAccount(address) {
        if (!isExcluded(address)) slotsOf(address);
      },
      onSlot(address, slot) {
        const slots = slotsOf(address);
        if (slots !== undefined && !slots.has(slot) && budget.take(80)) slots.add(slot);
      },
    },
    list,
    result: () =>
      list().map(({ address, slots }) => ({ address: `0x${address}`, storageKeys: slots.map((slot) => `0x${slot}`) })),
  };
}
