import { type Address, bytesToHex0x, type Digest, quantityOf } from "@polis/codec";
import type { SubstateReader } from "../seam/substate.ts";
import type { Tracer } from "../seam/tracer.ts";
import { createBudget } from "./budget.ts";
import { wordOf } from "./storageView.ts";
import { defaultRecorderLimits, type JsonValue, type Recorder, type RecorderLimits } from "./types.ts";

/** Options of `prestateTracer`; the first is geth's. */
export interface PrestateTracerOptions {
  /** What changed, before and after, instead of all that was read. */
  readonly diffMode?: boolean;
  readonly limits?: Partial<RecorderLimits>;
}

interface Snapshot {
  readonly balance: bigint;
  readonly nonce: bigint;
  readonly code: Uint8Array;
  readonly storage: Map<Digest, bigint>;
}

type AccountJson = Record<string, JsonValue>;
type Accounts = Record<string, AccountJson>;

/** Estimated bytes of the JSON of an account and of a slot. */
const accountBytes = 150;
const slotBytes = 140;

/**
 * Everything that the execution looked at, as it was before (geth's `prestateTracer`). In diff mode `pre` and `post` hold
 * what changed; the end is read when `result` is called, fees included.
 */
export function prestateTracer(options: PrestateTracerOptions = {}): Recorder<{ readonly [key: string]: JsonValue }> {
  const budget = createBudget({ ...defaultRecorderLimits, ...options.limits });
  const before = new Map<Address, Snapshot>();
  const destroyed = createDestroyed();
  let state: SubstateReader | undefined;
  function look(address: Address): Snapshot | undefined {
    const known = before.get(address);
    if (known !== undefined || state === undefined) return known;
    const code = state.code(address);
    if (!budget.take(accountBytes + 2 * code.length)) return undefined;
    const snapshot = {
      balance: state.balance(address),
      nonce: state.nonce(address),
      code: code.slice(),
      storage: new Map<Digest, bigint>(),
    };
    before.set(address, snapshot);
    return snapshot;
  }
  const tracer: Tracer = {
    onStart(reader) {
      state = reader;
    },
    onAccount: (address) => void look(address),
    onSlot(address, slot) {
      const storage = look(address)?.storage;
      if (storage === undefined || storage.has(slot) || !budget.take(slotBytes)) return;
      storage.set(slot, state!.storage(address, slot));
    },
    onEnter: destroyed.enter,
    onExit: destroyed.exit,
  };
  return {
    tracer,
    result() {
      const created = destroyed.created();
      const json: Record<string, JsonValue> =
        options.diffMode === true ? difference(before, state, created, destroyed.gone()) : snapshots(before, created);
      return budget.isSpent ? { ...json, truncated: true } : json;
    },
  };
}

/** Which contracts frames created and destroyed for good: what a failed frame did is undone. */
function createDestroyed() {
  const marks: { readonly created: Address[]; readonly destroyed: Address[] }[] = [{ created: [], destroyed: [] }];
  const enter: NonNullable<Tracer["onEnter"]> = ({ kind, from, to }) => {
    if (kind === "SELFDESTRUCT") marks.at(-1)!.destroyed.push(from);
    const isCreation = kind === "CREATE" || kind === "CREATE2";
    marks.push({ created: isCreation ? [to] : [], destroyed: [] });
  };
  const exit: NonNullable<Tracer["onExit"]> = ({ halt }) => {
    const mark = marks.pop()!;
    if (halt !== undefined) return;
    marks.at(-1)!.created.push(...mark.created);
    marks.at(-1)!.destroyed.push(...mark.destroyed);
  };
  const created = () => new Set(marks[0]!.created);
  const gone = () => new Set(marks[0]!.destroyed.filter((address) => created().has(address)));
  return { enter, exit, created, gone };
}

function isEmpty({ balance, nonce, code }: Snapshot): boolean {
  return balance === 0n && nonce === 0n && code.length === 0;
}

function snapshots(before: ReadonlyMap<Address, Snapshot>, created: ReadonlySet<Address>): Accounts {
  const json: Accounts = {};
  for (const [address, snapshot] of before) {
    if (isEmpty(snapshot) && created.has(address)) continue;
    json[`0x${address}`] = accountJson(snapshot);
  }
  return json;
}

function accountJson({ balance, nonce, code, storage }: Snapshot): AccountJson {
  const json: AccountJson = { balance: quantityOf(balance) };
  if (nonce > 0n) json.nonce = Number(nonce);
  if (code.length > 0) json.code = bytesToHex0x(code);
  if (storage.size > 0) json.storage = storageJson(storage);
  return json;
}

function storageJson(storage: ReadonlyMap<Digest, bigint>): AccountJson {
  return Object.fromEntries([...storage].map(([slot, value]) => [`0x${slot}`, `0x${wordOf(value)}`]));
}

function difference(
  before: ReadonlyMap<Address, Snapshot>,
  state: SubstateReader | undefined,
  created: ReadonlySet<Address>,
  gone: ReadonlySet<Address>,
): { pre: Accounts; post: Accounts } {
  const pre: Accounts = {};
  const post: Accounts = {};
  if (state === undefined) return { pre, post };
  for (const [address, old] of before) {
    const changes: AccountJson = {};
    const isGone = gone.has(address);
    const balance = isGone ? 0n : state.balance(address);
    const nonce = isGone ? 0n : state.nonce(address);
    const code = isGone ? new Uint8Array(0) : state.code(address);
    if (balance !== old.balance) changes.balance = quantityOf(balance);
    if (nonce !== old.nonce) changes.nonce = Number(nonce);
    if (code.toHex() !== old.code.toHex()) changes.code = bytesToHex0x(code);
    const [storageBefore, storageAfter] = changedSlots(old.storage, (slot) =>
      isGone ? 0n : state.storage(address, slot),
    );
    if (storageAfter.size > 0) changes.storage = storageJson(storageAfter);
    if (Object.keys(changes).length === 0 && storageBefore.size === 0) continue;
    if (!isEmpty(old) || !created.has(address)) pre[`0x${address}`] = accountJson({ ...old, storage: storageBefore });
    if (Object.keys(changes).length > 0) post[`0x${address}`] = changes;
  }
  return { pre, post };
}

/** The slots that are different now: their old values and their new ones, zeros left out. */
function changedSlots(
  old: ReadonlyMap<Digest, bigint>,
  now: (slot: Digest) => bigint,
): [Map<Digest, bigint>, Map<Digest, bigint>] {
  const before = new Map<Digest, bigint>();
  const after = new Map<Digest, bigint>();
  for (const [slot, value] of old) {
    const next = now(slot);
    if (next === value) continue;
    if (value !== 0n) before.set(slot, value);
    if (next !== 0n) after.set(slot, next);
  }
  return [before, after];
}
