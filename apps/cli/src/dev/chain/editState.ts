import { type Address, concatBytes, type Digest, type Height, usdc18, writeU256 } from "@polis/codec";
import { faceAddress, faceSlot, heightKey, metaKey, nativePerUnit, readSupply } from "@polis/kairos";
import type { Row, Store } from "@polis/ports";
import {
  createStateTree,
  decodeUndo,
  earlierValues,
  encodeUndo,
  type StateOverlay,
  type StateUndo,
} from "@polis/state";

/** What a test sets in one account, between two blocks. */
export interface AccountEdit {
  readonly address: Address;
  /** 10^-18 USDC. */
  readonly balance?: bigint;
  readonly nonce?: bigint;
  readonly code?: Uint8Array;
  readonly storage?: readonly (readonly [slot: Digest, value: bigint])[];
}

/** The state after the last block, as it is in the store. */
export interface EditedState {
  readonly store: Store;
  /** The last block. */
  readonly block: Digest;
  readonly height: Height;
  /** Root of the state as it is now. */
  readonly root: Digest;
  /** Gets what is smaller than a unit of the face, so that supply and balances agree to the last digit. */
  readonly treasury: Address;
}

const temporary = "e".repeat(64) as Digest;

/**
 * Changes the state after the last block without a block. Money stays conserved (kairos U5): a higher balance counts as
 * minted, a lower one as burned, in the totals of the face; both are whole units, and the rest of less than one unit goes
 * to the treasury.
 * @returns the rows to commit, supply included, and the new root
 */
export function editState(
  state: EditedState,
  edit: AccountEdit,
): { readonly rows: readonly Row[]; readonly root: Digest } {
  const { store, block, height, root, treasury } = state;
  const tree = createStateTree({ store, finalized: block, root });
  const overlay = tree.fork(block);
  const before = overlay.account(edit.address);
  const nonce = edit.nonce ?? before?.nonce ?? 0n;
  const balance = edit.balance ?? before?.balance ?? 0n;
  overlay.setAccount(edit.address, nonce, usdc18(balance));
  if (edit.code !== undefined) overlay.setCode(edit.address, edit.code);
  for (const [slot, value] of edit.storage ?? []) overlay.setStorage(edit.address, slot, value);
  countIssue(overlay, balance - (before?.balance ?? 0n), edit.address === treasury ? faceAddress : treasury);
  const { minted, burned } = readSupply(overlay);
  const supply = new Uint8Array(64);
  writeU256(supply, 0, minted);
  writeU256(supply, 32, burned);
  const newRoot = overlay.seal();
  tree.adopt(temporary, overlay);
  const history = historyRow(store, height, tree.undo(temporary)!);
  const rows = [...tree.finalize(temporary), ...history, { table: "meta", key: metaKey.supply, value: supply }];
  return { rows, root: newRoot };
}

/**
 * The edit becomes part of what the last block changed, so that earlier states stay as they were. Block 0 has no earlier
 * state, and a row that is not kept needs no change.
 */
function historyRow(store: Store, height: Height, edit: StateUndo): readonly Row[] {
  const key = heightKey(height);
  const row = store.get("history", key);
  if (row === undefined) return [];
  const { accounts, storage } = earlierValues([edit, decodeUndo(row.subarray(8))]);
  const slots = [...storage].flatMap(([address, values]) =>
    [...values].map(([slot, value]): StateUndo["slots"][number] => [address, slot, value]),
  );
  return [
    { table: "history", key, value: concatBytes(row.subarray(0, 8), encodeUndo({ accounts: [...accounts], slots })) },
  ];
}

/** Raises the face's totals by a change of balances; `rest` is credited with what is less than a unit. */
function countIssue(overlay: StateOverlay, change: bigint, rest: Address): void {
  if (change === 0n) return;
  const isMint = change > 0n;
  const size = isMint ? change : -change;
  // Minting rounds up and burning rounds down: in both cases something is left over, never missing.
  const units = isMint ? (size + nativePerUnit - 1n) / nativePerUnit : size / nativePerUnit;
  const left = isMint ? units * nativePerUnit - size : size - units * nativePerUnit;
  const slot = isMint ? faceSlot.totalMinted : faceSlot.totalBurned;
  overlay.setStorage(faceAddress, slot, overlay.storage(faceAddress, slot) + units);
  if (left === 0n) return;
  const account = overlay.account(rest);
  overlay.setAccount(rest, account?.nonce ?? 0n, usdc18((account?.balance ?? 0n) + left));
}
