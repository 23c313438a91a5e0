import { encodeKce } from "@polis/codec";
import { type Justification, kceJustification } from "@polis/finality";
import type { Row, Store } from "@polis/ports";
import type { LoadSparse } from "@polis/state";
import type { ChainRules } from "../block/applyBlock.ts";
import { finality, setFor } from "../modules/finality/finalityRecord.ts";
import { State } from "../state/state.ts";
import { kceHandoff, makeHandoff } from "../warp/handoff.ts";
import type { ChainNode } from "./chainNode.ts";
import { readStored } from "./records.ts";
import { chainTables, numberKey } from "./tables.ts";

/** What the proof of a handoff is made from. */
interface HandoffContext {
  readonly store: Pick<Store, "get">;
  readonly rules: ChainRules;
  readonly load: LoadSparse;
}

/**
 * The proof of the voter set behind a final block, when the block is the last one of its set (kratos-core 12.12). Made while
 * the final state is still that of this block: with the commit of the next final one it is gone.
 */
export function handoffRows({ store, rules, load }: HandoffContext, last: ChainNode, child: ChainNode): Row[] {
  const { header, entries, tree } = last;
  const key = numberKey(header.number);
  const before = setFor(new State(entries).get(finality), header.number);
  const after = setFor(new State(child.entries).get(finality), child.header.number);
  if (before === undefined || after === undefined || before.id === after.id) return [];
  const bytes = store.get(chainTables.justifications, key);
  const justification: Justification | undefined = bytes && readStored(kceJustification, bytes, "justification");
  const source = { header, entries, tree, justification, childSlot: child.header.slot };
  return [{ table: chainTables.handoffs, key, value: encodeKce(kceHandoff, makeHandoff(rules, source, load)) }];
}
