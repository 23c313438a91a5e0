import {
  type Address,
  type Digest,
  type Fault,
  type Millis,
  millis,
  type Result,
  validatorIndex,
  view,
} from "@polis/codec";
import type { Evm } from "@polis/evm";
import {
  createKairosLedger,
  createLedgerEvm,
  type Genesis,
  type KairosLedger,
  metaKey,
  type StoredHeader,
} from "@polis/kairos";
import type { Row, Store } from "@polis/ports";
import { DevClock, type DevClockState } from "./devClock.ts";
import { type AccountEdit, editState } from "./editState.ts";
import { markSenders, senderRow } from "./impersonated.ts";
import { createUndoStore, type UndoStore } from "./undoStore.ts";

/** What a development chain runs on: genesis, store, clocks, and who is told of its blocks and transactions. */
export interface DevChainOptions {
  readonly genesis: Genesis;
  /** An empty or earlier store with the tables `KAIROS_TABLES`. */
  readonly store: Store;
  /** Makes an empty store for `reset`; undefined when the chain is kept on disk. */
  readonly freshStore?: () => Store;
  /** Real time, Unix milliseconds. */
  readonly wallMs: () => number;
  readonly monotonicMs: () => Millis;
  /** A block is final. */
  readonly onFinal: (block: StoredHeader) => void;
  /** A transaction has entered the pool. */
  readonly onPooled: (hash: Digest) => void;
}

/** What the next block has instead of the chain's own choice. */
interface NextBlock {
  baseFee?: bigint;
  beneficiary?: Address;
  prevRandao?: Digest;
}

interface Snapshot {
  readonly mark: number;
  readonly head: StoredHeader;
  readonly clock: DevClockState;
  readonly automine: boolean;
  readonly nextBlock: NextBlock;
  readonly pool: readonly Pooled[];
}

interface Pooled {
  readonly envelope: Uint8Array;
  readonly sender: Address;
}

/** Blocks that one request may mine. */
export const maxMined = 100_000;
/** What this chain does not check: an account that tests speak for may have code. */
export const devLeniency = { anySender: true } as const;
const rootKey = new TextEncoder().encode("devRoot");

/**
 * A chain with one validator and no network: the same ledger, rules and store as a node's, but a block is made whenever
 * it is wanted and is final at once. Between blocks tests may change the state and go back in time. Everything that
 * changes the chain runs one after the other.
 * @example
 * const chain = await DevChain.open(options);
 * await chain.submit(envelope); // mined when this resolves
 */
export class DevChain {
  readonly clock: DevClock;
  /** Mine as soon as a transaction is there. */
  automine = true;
  readonly #options: DevChainOptions;
  #store: UndoStore;
  #ledger: KairosLedger;
  /** One for all ledgers that follow each other: an engine is a megabyte and more of address space. */
  readonly #evm: Evm;
  #work: Promise<unknown> = Promise.resolve();
  readonly #snapshots = new Map<number, Snapshot>();
  #nextBlock: NextBlock = {};
  #hasImpersonated: boolean;

  /** Opens the chain where its store left it. */
  static async open(options: DevChainOptions): Promise<DevChain> {
    const chain = new DevChain(options);
    await chain.#ledger.ready;
    return chain;
  }

  private constructor(options: DevChainOptions) {
    this.#options = options;
    this.clock = new DevClock(() => Math.floor(options.wallMs() / 1000));
    this.#store = createUndoStore(options.store);
    // An earlier run may have left some in the store.
    this.#hasImpersonated = options.store.get("meta", metaKey.tip) !== undefined;
    this.#evm = createLedgerEvm(options.genesis.params);
    this.#ledger = this.#openLedger();
  }

  /**
   * The ledger as it is now. It is another one after an edit or a return to a snapshot, so it must be asked for each time.
   */
  get ledger(): KairosLedger {
    return this.#ledger;
  }

  /** A reader that always reads the present ledger. */
  readonly reader: KairosLedger = new Proxy({} as KairosLedger, {
    get: (_target, name) => {
      if (name === "transactionsOf") return (block: Digest) => this.#transactionsOf(block);
      if (name === "transactionAt") return (block: Digest, index: number) => this.#transactionsOf(block)?.[index];
      return Reflect.get(this.#ledger, name);
    },
  });

  /** The last block. */
  get head(): StoredHeader {
    return this.#ledger.head();
  }

  /**
   * Admits a transaction, and mines it when blocks are made at once.
   * @param sender of an account whose key nobody has; undefined where the envelope proves it
   */
  submit(envelope: Uint8Array, sender?: Address): Promise<Result<Digest, Fault>> {
    return this.#serially(async () => {
      const timeS = Math.max(this.clock.nowS(), this.head.header.timestampS + 1);
      if (sender !== undefined) {
        this.#hasImpersonated = true;
        await this.#store.commit([senderRow(envelope, sender)]);
      }
      const admitted = this.#ledger.admit(this.#options.monotonicMs(), timeS, envelope, sender);
      if (!admitted.ok) return admitted;
      this.#options.onPooled(admitted.value.hash);
      if (this.automine) await this.#mineAll();
      return { ok: true, value: admitted.value.hash };
    });
  }

  /**
   * Makes blocks, whether or not there are transactions.
   * @param count at most `maxMined`
   * @param intervalS seconds between them; undefined follows the clock
   */
  mine(count = 1, intervalS?: number): Promise<void> {
    return this.#serially(async () => {
      for (let i = 0; i < count; i++) {
        if (intervalS !== undefined && i > 0) this.clock.setNext(this.head.header.timestampS + Math.max(1, intervalS));
        await this.#mineOne();
        // A long row of blocks must not keep other requests waiting.
        if (i % 256 === 255) await new Promise((resolve) => setImmediate(resolve));
      }
    });
  }

  /** Mines what waits in the pool. */
  minePending(): Promise<void> {
    return this.#serially(() => this.#mineAll());
  }

  /** Moments that `revert` can go back to, oldest first. */
  get snapshots(): readonly { readonly id: number; readonly height: number; readonly hash: Digest }[] {
    return [...this.#snapshots.values()].map(({ mark, head }) => ({
      id: mark,
      height: head.header.number,
      hash: head.digest,
    }));
  }

  /** Changes an account between two blocks. */
  edit(edit: AccountEdit): Promise<void> {
    return this.#serially(async () => {
      const { header, digest } = this.head;
      const { treasury } = this.#options.genesis.params;
      const root = this.#editedRoot(digest) ?? header.stateRoot;
      const edited = editState({ store: this.#store, block: digest, height: header.number, root, treasury }, edit);
      const row = new Uint8Array(64);
      row.set(Uint8Array.fromHex(digest));
      row.set(Uint8Array.fromHex(edited.root), 32);
      await this.#reopen([...edited.rows, { table: "meta", key: rootKey, value: row }], this.#pooled());
    });
  }

  /** Sets what the next block has instead of the chain's own choice; `undefined` members are left as they are. */
  setNextBlock(next: NextBlock): void {
    Object.assign(this.#nextBlock, next);
  }

  /** Takes a transaction out of the pool. @returns false when it was not there */
  drop(hash: Digest): Promise<boolean> {
    return this.#serially(async () => {
      const dropped = this.#ledger.pool.get(hash);
      if (dropped === undefined) return false;
      await this.#reopen(
        [],
        this.#pooled().filter(({ envelope }) => envelope !== dropped.envelope),
      );
      return true;
    });
  }

  /** Takes every transaction out of the pool. */
  dropAll(): Promise<void> {
    return this.#serially(() => this.#reopen([], []));
  }

  /** Remembers chain, pool and clock. @returns the id to come back with */
  snapshot(): Promise<number> {
    return this.#serially(async () => {
      const mark = this.#store.mark();
      const nextBlock = { ...this.#nextBlock };
      const { automine, clock } = this;
      this.#snapshots.set(mark, {
        mark,
        head: this.head,
        clock: clock.state,
        automine,
        nextBlock,
        pool: this.#pooled(),
      });
      return mark;
    });
  }

  /** Goes back to a snapshot; it and all later ones are used up. @returns false when there is no such snapshot */
  revert(id: number): Promise<boolean> {
    return this.#serially(async () => {
      const snapshot = this.#snapshots.get(id);
      for (const mark of [...this.#snapshots.keys()]) if (mark >= id) this.#snapshots.delete(mark);
      if (snapshot === undefined || !(await this.#store.revertTo(snapshot.mark))) return false;
      this.clock.restore(snapshot.clock);
      this.automine = snapshot.automine;
      this.#nextBlock = { ...snapshot.nextBlock };
      await this.#reopen([], snapshot.pool);
      return true;
    });
  }

  /** Starts again at block 0. @returns false when the chain is kept on disk */
  reset(): Promise<boolean> {
    return this.#serially(async () => {
      const { freshStore } = this.#options;
      if (freshStore === undefined) return false;
      this.#store = createUndoStore(freshStore());
      this.#snapshots.clear();
      this.#nextBlock = {};
      this.automine = true;
      this.clock.restore({ offsetS: 0, nextS: undefined, intervalS: undefined });
      await this.#reopen([], []);
      return true;
    });
  }

  /** Resolves when all that was asked for is done. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #mineAll(): Promise<void> {
    // A full block leaves the rest for the next; a block that takes nothing would be the first of endlessly many.
    while (this.#ledger.hasExecutable()) {
      if ((await this.#mineOne()) === 0) return;
    }
  }

  /** @returns the number of transactions in the block */
  async #mineOne(): Promise<number> {
    const ledger = this.#ledger;
    const parent = ledger.lastFinalized;
    const timestampS = this.clock.take(Math.floor(parent.timeMs / 1000));
    const built = ledger.build({
      view: view(parent.view + 1),
      leader: validatorIndex(0),
      parentDigest: parent.digest,
      parentView: parent.view,
      timeMs: millis(timestampS * 1000),
      prevSeed: undefined,
    });
    delete this.#nextBlock.baseFee;
    delete this.#nextBlock.prevRandao;
    await this.#store.commit(ledger.finalize(built.info.digest));
    this.#options.onFinal(ledger.head());
    return built.transactions;
  }

  #openLedger(): KairosLedger {
    const { genesis } = this.#options;
    const tip = this.#store.get("meta", metaKey.tip)?.subarray(8).toHex();
    const root = tip === undefined ? undefined : this.#editedRoot(tip as Digest);
    const options = {
      genesis,
      store: this.#store,
      evm: this.#evm,
      build: { place: () => this.#nextBlock },
      // A pool of a development chain waits for tests, not for the market.
      pool: { ttlMs: millis(365 * 86_400_000) },
      leniency: devLeniency,
      history: "archive" as const,
      ...(root === undefined ? {} : { root }),
    };
    return createKairosLedger(options);
  }

  /** Root of the state after the last block when it was edited since. */
  #editedRoot(head: Digest): Digest | undefined {
    const row = this.#store.get("meta", rootKey);
    const isCurrent = row !== undefined && row.subarray(0, 32).toHex() === head;
    return isCurrent ? (row.subarray(32).toHex() as Digest) : undefined;
  }

  /** Commits rows and opens the ledger anew on them, with these transactions in its pool. */
  async #reopen(rows: readonly Row[], pool: readonly Pooled[]): Promise<void> {
    await this.#store.commit(rows);
    this.#ledger = this.#openLedger();
    await this.#ledger.ready;
    const timeS = Math.max(this.clock.nowS(), this.head.header.timestampS + 1);
    // A transaction that is not valid any more is dropped, as the pool of a node would.
    for (const { envelope, sender } of pool) this.#ledger.admit(this.#options.monotonicMs(), timeS, envelope, sender);
  }

  /** The pool's transactions, of each sender in the order of their nonces. */
  #pooled(): readonly Pooled[] {
    const all = [...this.#ledger.pool.all()].sort((a, b) => (a.nonce < b.nonce ? -1 : a.nonce > b.nonce ? 1 : 0));
    return all.map(({ envelope, sender }) => ({ envelope, sender }));
  }

  #transactionsOf(block: Digest): ReturnType<KairosLedger["transactionsOf"]> {
    if (this.#hasImpersonated) markSenders(this.#ledger, this.#store, this.#options.genesis.params, block);
    return this.#ledger.transactionsOf(block);
  }

  #serially<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#work.then(run);
    this.#work = done.catch(() => undefined);
    return done;
  }
}
