import { type Digest, digestToBytes, readU64Number, type View, Writer } from "@polis/codec";
import type { Row } from "@polis/ports";
import type { Storage } from "@polis/storage";
import { UserError } from "../errors.ts";
import { judgeVote, type SignedInView, type Verdict, type VoteRequest } from "./judgeVote.ts";

/** Tables of a signer's record. */
export const RECORD_TABLES = ["votes"] as const;

/** Views behind the highest one whose signatures are remembered; far more than a replica may be ahead of finality (R4). */
const KEPT_VIEWS = 4_096;
/** Old views forgotten with one new signature: more than one, so that a backlog shrinks. */
const FORGOTTEN_AT_ONCE = 8;
const FLOOR_KEY = Uint8Array.of(0);
const KINDS = ["proposal", "notarize", "nullify"] as const;

/**
 * What a key has signed, on disk before any signature leaves: the protection against signing two votes that contradict
 * each other, whatever becomes of the node's own journal (R25, R26). One process at a time has it open.
 */
export class VoteRecord {
  readonly #storage: Storage;
  readonly #views = new Map<View, SignedInView>();
  #floor: View;
  #highest: View;

  /**
   * Reads the record.
   * @throws UserError when it is damaged: what cannot be read could be contradicted
   */
  constructor(storage: Storage) {
    this.#storage = storage;
    const floor = storage.store.get("votes", FLOOR_KEY);
    this.#floor = (floor === undefined ? 0 : readU64Number(floor, 0)) as View;
    this.#highest = this.#floor;
    for (const [key, value] of storage.store.range("votes", { from: Uint8Array.of(1), limit: 3 * 2 * KEPT_VIEWS })) {
      const view = readU64Number(key, 1) as View | undefined;
      const kind = KINDS[key[9] ?? KINDS.length];
      if (key.length !== 10 || value.length !== 64 || view === undefined || kind === undefined) throw damaged();
      this.#remember(view, kind, value);
    }
  }

  /** Nothing was ever signed with this record, and it was made for a key that had not signed. */
  get isFresh(): boolean {
    return this.#floor === 0 && this.#views.size === 0;
  }

  /** Nothing new is signed at or below this view. */
  get floor(): View {
    return this.#floor;
  }

  /**
   * Judges a request, and when it is new makes it durable.
   * @returns the verdict; for `first` and `again` the record is on disk then
   * @throws StorageError; the process must end then, and nothing was signed
   */
  async enter(request: VoteRequest): Promise<Verdict> {
    const { view } = request.kind === "proposal" ? request.claim : request;
    const verdict = judgeVote(request, this.#views.get(view), this.#floor);
    if (verdict === "first") {
      const rows: Row[] = [];
      for (const [kind, value] of recordsOf(request)) {
        this.#remember(view, kind, value);
        rows.push({ table: "votes", key: keyOf(view, kind), value });
      }
      await this.#storage.journal.append([...rows, ...this.#forget()]);
    } else if (verdict === "again") {
      // The first answer may still wait for the disk. Batches are written in order, so an empty one waits for it.
      await this.#storage.journal.append([]);
    }
    return verdict;
  }

  #remember(view: View, kind: VoteRequest["kind"], value: Uint8Array): void {
    const digest = value.subarray(0, 32).toHex() as Digest;
    const parent = value.subarray(32).toHex() as Digest;
    const signed = this.#views.get(view);
    if (kind === "proposal") this.#views.set(view, { ...signed, proposal: digest, parent });
    else if (kind === "notarize") this.#views.set(view, { ...signed, notarize: digest });
    else this.#views.set(view, { ...signed, nullify: true });
    if (view > this.#highest) this.#highest = view;
  }

  /** Rows that raise the floor and delete what is at or below it. */
  #forget(): readonly Row[] {
    const floor = (this.#highest - KEPT_VIEWS) as View;
    if (floor <= this.#floor) return [];
    this.#floor = floor;
    const rows: Row[] = [{ table: "votes", key: FLOOR_KEY, value: new Writer(8).u64(floor).finish() }];
    const old = [...this.#views.keys()].filter((view) => view <= floor).sort((a, b) => a - b);
    for (const view of old.slice(0, FORGOTTEN_AT_ONCE)) {
      this.#views.delete(view);
      for (const kind of KINDS) rows.push({ table: "votes", key: keyOf(view, kind), value: undefined });
    }
    return rows;
  }
}

/** The row by which a new record starts: nothing new is signed at or below `floor`. */
export function floorRow(floor: number): Row {
  return { table: "votes", key: FLOOR_KEY, value: new Writer(8).u64(floor).finish() };
}

/** 1 u8 ‖ view u64 ‖ kind u8. */
function keyOf(view: View, kind: (typeof KINDS)[number]): Uint8Array {
  return new Writer(10).u8(1).u64(view).u8(KINDS.indexOf(kind)).finish();
}

/**
 * What a request adds: digest 32 ‖ parent 32, zero where there is none. A leader votes for what it proposes (R7), so its
 * vote is recorded with the proposal, and its signature costs no second flush.
 */
function recordsOf(request: VoteRequest): readonly (readonly [VoteRequest["kind"], Uint8Array])[] {
  if (request.kind === "nullify") return [["nullify", new Uint8Array(64)]];
  if (request.kind === "notarize") return [["notarize", recordOf(request.digest)]];
  const { digest, parentDigest } = request.claim;
  return [
    ["proposal", recordOf(digest, parentDigest)],
    ["notarize", recordOf(digest)],
  ];
}

function recordOf(digest: Digest, parent?: Digest): Uint8Array {
  const value = new Uint8Array(64);
  value.set(digestToBytes(digest));
  if (parent !== undefined) value.set(digestToBytes(parent), 32);
  return value;
}

function damaged(): UserError {
  const hint = "restore the folder of --record from a copy that is not older, or begin a new one with --from-view";
  return new UserError("SIGNER_RECORD", "the record of signed votes is damaged", hint, { exitCode: 75 });
}
