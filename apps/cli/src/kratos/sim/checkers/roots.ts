import { commitState, type EntryChange } from "@polis/kratos";
import { emptySparse } from "@polis/state";
import type { BlockView, Invariant } from "./invariant.ts";

/** The state root, at boundaries: from nothing but the entries. */
export const rootInvariants: readonly Invariant[] = [
  { id: "I4", check: history },
  { id: "I5", check: everyByte },
];

const load = (): never => {
  throw new Error("a fresh tree has nothing stored");
};

function entriesOf({ after }: BlockView): EntryChange[] {
  return [...after.all()].map(({ item, bytes, value }) => ({
    ...{ item, name: item.name, key: item.key, value: bytes, decoded: value },
  }));
}

/** The tree built at once, from the last entry to the first, has the root that grew block by block. */
function history(view: BlockView): string | undefined {
  if (view.crossed === 0) return undefined;
  const { hash } = commitState(emptySparse, entriesOf(view).reverse(), load);
  return hash === view.header.stateRoot ? undefined : "the root depends on its history";
}

/** One byte of one entry, another one at every boundary. */
function everyByte(view: BlockView): string | undefined {
  if (view.crossed === 0) return undefined;
  const entries = entriesOf(view);
  const at = (view.header.slot * 7_919) % entries.length;
  const entry = entries[at]!;
  const changed = entry.value!.slice();
  changed[view.header.slot % changed.length]! ^= 1;
  entries[at] = { ...entry, value: changed };
  const { hash } = commitState(emptySparse, entries, load);
  return hash === view.header.stateRoot ? `a byte of ${entry.name} is not in the root` : undefined;
}
