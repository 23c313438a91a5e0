import { encodeKce, height } from "@polis/codec";
import type { Justification } from "@polis/finality";
import type { Row } from "@polis/ports";
import { type LoadSparse, proveSparse } from "@polis/state";
import { finality, setFor } from "../modules/finality/finalityRecord.ts";
import { State } from "../state/state.ts";
import { kceHandoff, keyHash } from "../warp/handoff.ts";
import type { ChainNode } from "./chainNode.ts";
import { chainTables, numberKey } from "./tables.ts";

/** The proof of who votes behind a block that becomes final, when it is the last one of its set (kratos-core 7.2, 12.12). */
export function handoffRows(
  { header, entries, tree }: ChainNode,
  justification: Justification,
  load: LoadSparse,
): Row[] {
  const record = new State(entries).get(finality);
  const { number } = header;
  const next = setFor(record, height(number + 1));
  if (next === undefined || next.id === setFor(record, number)?.id) return [];
  const handoff = {
    ...{ header, justification, record: encodeKce(finality.codec, record) },
    proof: proveSparse(tree, keyHash(finality.key), load),
  };
  return [{ table: chainTables.handoffs, key: numberKey(number), value: encodeKce(kceHandoff, handoff) }];
}
