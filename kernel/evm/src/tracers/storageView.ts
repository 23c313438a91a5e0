import { type Address, type Digest, digest } from "@polis/codec";
import type { SubstateReader } from "../seam/substate.ts";
import type { Step } from "../seam/tracer.ts";

const sload = 0x54;
const sstore = 0x55;

/** The slots that instructions have looked at or written, per contract, as geth's opcode logger shows them. */
export interface StorageView {
  start(state: SubstateReader): void;
  /** The contract's slots seen so far, this step's included; undefined for instructions that do not touch storage. */
  read(step: Step): { readonly [slot: string]: string } | undefined;
}

/** A view with nothing seen. */
export function createStorageView(): StorageView {
  let state: SubstateReader | undefined;
  const seen = new Map<Address, Map<string, string>>();
  return {
    start(reader) {
      state = reader;
    },
    read(step) {
      const isWrite = step.op === sstore;
      if ((step.op !== sload && !isWrite) || step.stackSize < (isWrite ? 2 : 1)) return undefined;
      const slot = wordOf(step.stack(0));
      const value = isWrite ? step.stack(1) : (state?.storage(step.address, slot) ?? 0n);
      const slots = seen.get(step.address) ?? new Map<string, string>();
      seen.set(step.address, slots);
      slots.set(`0x${slot}`, `0x${wordOf(value)}`);
      return Object.fromEntries(slots);
    },
  };
}

/** A number below 2^256 as 32 bytes of hex. */
export function wordOf(value: bigint): Digest {
  return digest(value.toString(16).padStart(64, "0"));
}
