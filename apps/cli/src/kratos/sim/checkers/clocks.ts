import type { Digest } from "@polis/codec";
import { clocks, epochData } from "@polis/kratos";
import { type BlockView, changedIds, type Invariant } from "./invariant.ts";

/** Clocks (kratos-core 11.3). */
export const clockInvariants: readonly Invariant[] = [{ id: "I41", check: enoughRemain }];

/** Judged where somebody is excluded: those who leave the set for other reasons are not the clock's matter. */
function enoughRemain(view: BlockView): string | undefined {
  const isOut = (reader: Pick<BlockView["after"], "get">, id: Digest) =>
    ["Excluded", "Recovering"].includes(reader.get(clocks.of(id)).status);
  if (view.crossed === 0 && isOut(view.before, view.header.author)) return "an excluded validator produced";
  const excluded = (changedIds(view, "clock:") as Digest[]).filter(
    (id) => !isOut(view.before, id) && isOut(view.after, id),
  );
  if (excluded.length === 0) return undefined;
  const { active } = view.after.get(epochData);
  const out = active.filter((id) => isOut(view.after, id)).length;
  return 3 * out < active.length ? undefined : `${out} of ${active.length} are out`;
}
