import { type Height, height } from "@polis/codec";
import { type Justification, kceJustification } from "@polis/finality";
import type { ChainReader } from "../chain/chainReader.ts";
import { readStored } from "../chain/records.ts";
import { chainTables, numberKey } from "../chain/tables.ts";
import { wireLimits } from "./limits.ts";

/** Blocks between two justifications of an answer: each makes all those before it final. */
const STRIDE = 50;

/**
 * Justifications above a final block, oldest first (kratos-core 7.8): the handoff of every set on the way, in between one for
 * every fifty blocks, and the newest when there is room. So a node that is far behind makes blocks final while it downloads them.
 */
export function answerCatchUp(reader: ChainReader, finalized: Height): readonly Justification[] {
  const found: Justification[] = [];
  let at: number = finalized;
  while (found.length < wireLimits.justifications) {
    const next = nextStep(reader, at);
    if (next === undefined) break;
    found.push(next);
    at = next.block.number;
  }
  return found;
}

/** The last one within the stride that is of the set of the next one; the next one itself when it is beyond. */
function nextStep(reader: ChainReader, above: number): Justification | undefined {
  const [first] = read(reader, { from: above + 1, limit: 1 });
  if (first === undefined) return undefined;
  const range = { from: first.block.number, to: Math.max(first.block.number, above + STRIDE) };
  const [last] = read(reader, { ...range, reverse: true, limit: 1 });
  if (last?.set === first.set) return last;
  // A set hands over in between: its last justification is that of the handoff block.
  return read(reader, { ...range, limit: STRIDE }).findLast(({ set }) => set === first.set);
}

interface Rows {
  readonly from: number;
  /** Included. */
  readonly to?: number;
  readonly reverse?: boolean;
  readonly limit: number;
}

function read({ tree }: ChainReader, { from, to, reverse = false, limit }: Rows): readonly Justification[] {
  const bounds = { from: numberKey(height(from)), ...(to !== undefined && { to: numberKey(height(to + 1)) }) };
  const rows = tree.store.range(chainTables.justifications, { ...bounds, reverse, limit });
  return [...rows].map(([, value]) => readStored(kceJustification, value, "justification"));
}
