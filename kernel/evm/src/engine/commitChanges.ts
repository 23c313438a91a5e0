import type { Address, Digest } from "@polis/codec";
import * as layout from "../../assembly/layout.ts";
import type { Committed, StateWriter } from "../seam/evm.ts";
import type { Machine } from "./machine.ts";

interface Change {
  readonly address: Address;
  readonly number: number;
  readonly destroyed: boolean;
  /** Undefined when neither nonce nor balance changed. */
  readonly balance: { readonly before: bigint; readonly after: bigint } | undefined;
  readonly nonce: bigint;
  readonly codeChanged: boolean;
  readonly slots: [Digest, bigint][];
}

/**
 * Hands what changed to a writer, in ascending order of address and slot.
 * @param keepsDestroyed balances of destroyed contracts stay where they are
 */
export function commitChanges(machine: Machine, writer: StateWriter, keepsDestroyed: boolean): Committed {
  const changes = collect(machine, keepsDestroyed);
  let balanceDelta = 0n;
  const touched: Address[] = [];
  for (const { address, number, destroyed, balance, nonce, codeChanged, slots } of changes) {
    if (destroyed) writer.destroy(address);
    if (balance !== undefined) {
      balanceDelta += balance.after - balance.before;
      touched.push(address);
      writer.setAccount(address, nonce, balance.after);
    }
    if (destroyed) continue;
    if (codeChanged) writer.setCode(address, machine.codeBytes(machine.kernel.codeOf(number)));
    for (const [slot, value] of slots) writer.setStorage(address, slot, value);
  }
  return { balanceDelta, touched };
}

function collect(machine: Machine, keepsDestroyed: boolean): Change[] {
  const slots = changedSlots(machine);
  const changes: Change[] = [];
  const count = machine.kernel.accountCount();
  for (let number = 0; number < count; number++) {
    const change = accountChange(machine, number, slots.get(number) ?? [], keepsDestroyed);
    if (change !== undefined) changes.push(change);
  }
  return changes.sort((a, b) => (a.address < b.address ? -1 : 1));
}

function accountChange(
  machine: Machine,
  number: number,
  slots: [Digest, bigint][],
  keepsDestroyed: boolean,
): Change | undefined {
  const { kernel, memory } = machine;
  const entry = kernel.accountAt(number);
  const flags = memory.u32(entry + layout.ACCOUNT_FLAGS);
  const killed = (flags & layout.FLAG_DESTROYED) !== 0;
  const existed = (flags & layout.FLAG_EXISTS) !== 0;
  const vanishes = existed && (flags & layout.FLAG_TOUCHED) !== 0 && kernel.isEmpty(number) !== 0;
  const codeChanged = (flags & layout.FLAG_CODE_CHANGED) !== 0;
  const changed = !sameNumbers(memory.view, entry);
  if (!changed && !killed && !vanishes && !codeChanged && slots.length === 0) return undefined;
  const before = memory.word(entry + layout.ACCOUNT_OLD_BALANCE);
  const left = memory.word(entry + layout.ACCOUNT_BALANCE);
  const after = killed && !keepsDestroyed ? 0n : left;
  const nonce = killed ? 0n : memory.u64(entry + layout.ACCOUNT_NONCE);
  const differs = after !== before || nonce !== memory.u64(entry + layout.ACCOUNT_OLD_NONCE);
  return {
    address: machine.address(number),
    number,
    destroyed: killed || vanishes,
    balance: differs ? { before, after } : undefined,
    nonce,
    codeChanged,
    slots: slots.sort((a, b) => (a[0] < b[0] ? -1 : 1)),
  };
}

/** True when nonce and balance are what they were. */
function sameNumbers(view: DataView, entry: number): boolean {
  if (view.getBigUint64(entry + layout.ACCOUNT_NONCE) !== view.getBigUint64(entry + layout.ACCOUNT_OLD_NONCE)) {
    return false;
  }
  return sameWords(view, entry + layout.ACCOUNT_BALANCE, entry + layout.ACCOUNT_OLD_BALANCE);
}

function sameWords(view: DataView, a: number, b: number): boolean {
  for (let i = 0; i < 32; i += 4) if (view.getUint32(a + i) !== view.getUint32(b + i)) return false;
  return true;
}

/** Slots whose value differs from the one at the start, by account. */
function changedSlots({ kernel, memory }: Machine): Map<number, [Digest, bigint][]> {
  const byAccount = new Map<number, [Digest, bigint][]>();
  const count = kernel.slotCount();
  const first = kernel.slotAt(0);
  for (let i = 0; i < count; i++) {
    const entry = first + i * layout.SLOT_BYTES;
    if (sameWords(memory.view, entry + layout.SLOT_VALUE, entry + layout.SLOT_OLD_VALUE)) continue;
    const account = memory.u32(entry + layout.SLOT_ACCOUNT);
    const slots = byAccount.get(account) ?? [];
    if (slots.length === 0) byAccount.set(account, slots);
    slots.push([memory.digest(entry + layout.SLOT_KEY), memory.word(entry + layout.SLOT_VALUE)]);
  }
  return byAccount;
}
