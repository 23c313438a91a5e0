import { height as asHeight, type Digest, digestOf, type Height, writeU64, writeU256 } from "@polis/codec";
import { digestKey, type Header, heightKey, metaKey, readKeptBlocks, readSupply, type Supply } from "@polis/kairos";
import { metaKeys, placeValue } from "@polis/minimmit";
import type { Row, Store } from "@polis/ports";
import { createStateTree, decodeUndo, earlierValues, rewind, type StateUndo } from "@polis/state";
import { loseJournal } from "../../backup/journalRows.ts";
import { UserError } from "../../errors.ts";
import { certifiedAtOrBelow } from "../chainFile/exportChain.ts";
import type { NodeFiles } from "../nodeFiles.ts";
import { type OpenedChain, openForWriting } from "../openForWriting.ts";
import { rowsOfHeight } from "./rowsOfHeight.ts";
import { dropProofsAbove, sweepAbove } from "./sweepAbove.ts";

/** Accounts and slots that one step changes; it ends at the next certified block. */
const defaultStepChanges = 20_000;

/** What a rollback did. */
export interface RolledBack {
  readonly from: number;
  /** The height that was asked for, or the nearest one below whose block has a certificate of its own. */
  readonly to: number;
}

/**
 * Sets a store back to an earlier height by its state history, in steps that are whole in themselves (S4): after a crash
 * the store is at one height between the two, and the command may be given again. The journal is lost (18.3, R27), unless there is nothing to do.
 * @throws UserError ROLLBACK_HEIGHT, ROLLBACK_HISTORY; StorageError STORAGE_LOCKED while a node runs on the store
 */
export async function rollbackDatabase(
  files: NodeFiles,
  target: number,
  onProgress: (done: number, total: number) => void,
  beforeWriting: () => void,
  stepChanges: number = defaultStepChanges,
): Promise<RolledBack> {
  const chain = await openForWriting(files);
  try {
    const { store } = chain.storage;
    const from = chain.ledger.lastFinalized.height;
    if (target > from) {
      const hint = "choose a height below it; a node that is behind catches up by itself";
      throw new UserError("ROLLBACK_HEIGHT", `the store ends at height ${from}`, hint);
    }
    const to = certifiedAtOrBelow(store, target);
    const { lowest } = readKeptBlocks(store);
    if (to < lowest) {
      const hint = `choose a height from ${lowest} on, restore a backup, or synchronize anew`;
      throw new UserError("ROLLBACK_HISTORY", `there is no certified block at or below ${target} in this store`, hint);
    }
    const { header } = headerAt(chain, to);
    // An earlier rollback may have been cut off right before its last sweep.
    if (to === from) await sweepAbove(store, header);
    if (to === from) return { from, to };
    checkHistory(store, to, from);
    beforeWriting();
    await loseJournal(store);
    for (let at = from as number; at > to; ) {
      at = await step(chain, at, to, stepChanges);
      onProgress(from - at, from - to);
    }
    await dropProofsAbove(store, header);
    await sweepAbove(store, header);
    return { from, to };
  } finally {
    await chain.storage.close();
  }
}

function checkHistory(store: Store, to: number, from: number): void {
  let lowest = from;
  while (lowest > 0 && store.get("history", heightKey(asHeight(lowest))) !== undefined) lowest--;
  if (to >= lowest) return;
  const hint = `the state is kept back to height ${lowest}: choose it or a higher one, restore a backup, or synchronize anew`;
  throw new UserError("ROLLBACK_HISTORY", `the state of height ${to} is not kept`, hint);
}

/** @returns the height that the store is at now */
async function step(chain: OpenedChain, from: number, target: number, stepChanges: number): Promise<number> {
  const { store } = chain.storage;
  const undos: StateUndo[] = [];
  const rows: Row[] = [];
  let changes = 0;
  let at = from;
  do {
    const undo = decodeUndo(store.get("history", heightKey(asHeight(at)))!.subarray(8));
    undos.push(undo);
    changes += undo.accounts.length + undo.slots.length;
    for (const row of rowsOfHeight(store, chain.genesis.params, asHeight(at))) rows.push(row);
    at--;
  } while (at > target && (changes < stepChanges || certifiedAtOrBelow(store, at) !== at));
  const state = earlierState(chain, asHeight(from), asHeight(at), undos);
  await chain.storage.store.commit([...rows, ...state.rows, ...tipRows(chain, asHeight(at), state.supply)]);
  return at;
}

/** The rows that turn the state after `from` into the one after `to`; its root must be that of the header. */
function earlierState(chain: OpenedChain, from: Height, to: Height, undos: readonly StateUndo[]) {
  const [later, earlier] = [headerAt(chain, from), headerAt(chain, to)];
  const { store } = chain.storage;
  const states = createStateTree({ store, finalized: later.digest, root: later.header.stateRoot });
  const overlay = states.fork(later.digest);
  rewind(overlay, earlierValues(undos));
  const root = overlay.seal();
  if (root !== earlier.header.stateRoot) {
    const hint = "run `kairos db verify`; restore a backup, or synchronize anew";
    throw new UserError("ROLLBACK_STATE", `the history does not lead back to the state of height ${to}`, hint);
  }
  states.adopt(earlier.digest, overlay);
  const supply = readSupply(overlay);
  return { rows: states.finalize(earlier.digest), supply };
}

function tipRows(chain: OpenedChain, to: Height, { minted, burned }: Supply): readonly Row[] {
  const { digest, header } = headerAt(chain, to);
  const tip = new Uint8Array(40);
  writeU64(tip, 0, to);
  tip.set(digestKey(digest), 8);
  const supply = new Uint8Array(64);
  writeU256(supply, 0, minted);
  writeU256(supply, 32, burned);
  const place = to === 0 ? undefined : placeValue(to, header.extra.view, digest);
  return [
    { table: "meta", key: metaKey.tip, value: tip },
    { table: "meta", key: metaKey.supply, value: supply },
    { table: "meta", key: metaKeys.lastFinalized, value: place },
  ];
}

function headerAt({ ledger }: OpenedChain, at: number): { readonly digest: Digest; readonly header: Header } {
  const found = ledger.headerByHeight(asHeight(at));
  if (found === undefined) throw new UserError("DATABASE_DAMAGED", `height ${at} has no header`, "restore a backup");
  return { digest: digestOf(digestKey(found.digest)), header: found.header };
}
