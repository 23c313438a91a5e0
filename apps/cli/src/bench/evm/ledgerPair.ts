import { join } from "node:path";
import { type Address, bytesToHex0x, millis } from "@polis/codec";
import { bls, ed25519, ethereumAddress, secp256k1 } from "@polis/crypto";
import {
  createKairosLedger,
  type EthereumDraft,
  type Genesis,
  KAIROS_TABLES,
  type KairosLedger,
  parseGenesis,
  schemaVersion,
  signEthereumTransaction,
} from "@polis/kairos";
import { createMemoryStorage, openStorage, type Storage } from "@polis/storage";
import { ChainDriver } from "../chainDriver.ts";

const CHAIN_ID = 52_470n;
/** Above the cap of the base fee. */
const PRICE = 10n ** 12n;

/** An account of the benchmark, with the nonce of its next transaction. */
export interface BenchAccount {
  readonly address: Address;
  readonly secret: Uint8Array;
  nonce: bigint;
}

/** Time of one block in the importing ledger. */
export interface MinedBlock {
  readonly transactions: number;
  readonly gas: bigint;
  readonly executeMs: number;
  /** Processor time of the executing thread, which neighbours on the machine do not lengthen. */
  readonly cpuUs: number;
}

/**
 * A ledger that builds and another one, on LMDB, that executes and commits the same blocks as a replica does: that one is
 * measured. Its signature workers have proved every sender before.
 */
export class LedgerPair {
  readonly accounts: readonly BenchAccount[];
  readonly #builder: KairosLedger;
  readonly #replica: KairosLedger;
  readonly #storage: Storage;
  readonly #driver: ChainDriver;
  readonly #commitBuilder: (digest: Parameters<KairosLedger["finalize"]>[0]) => Promise<unknown>;
  #written: Promise<unknown> = Promise.resolve();

  static async open(dir: string, accounts: number): Promise<LedgerPair> {
    const people = Array.from({ length: accounts }, (_, i) => account(i));
    const genesis = fundedGenesis(people);
    const memory = createMemoryStorage({ tables: KAIROS_TABLES });
    const storage = await openStorage({
      path: join(dir, "replica"),
      ...{ tables: KAIROS_TABLES, schema: schemaVersion, identity: "00".repeat(32) },
    });
    const pool = { maxTransactions: 200_000, maxPendingPerSender: 10_000 };
    const builder = createKairosLedger({ genesis, store: memory.store, pool });
    const replica = createKairosLedger({ genesis, store: storage.store });
    await Promise.all([builder.ready, replica.ready]);
    return new LedgerPair(people, builder, replica, storage, (digest) => memory.store.commit(builder.finalize(digest)));
  }

  private constructor(
    accounts: readonly BenchAccount[],
    builder: KairosLedger,
    replica: KairosLedger,
    storage: Storage,
    commitBuilder: (digest: Parameters<KairosLedger["finalize"]>[0]) => Promise<unknown>,
  ) {
    this.accounts = accounts;
    this.#builder = builder;
    this.#replica = replica;
    this.#storage = storage;
    this.#driver = new ChainDriver(builder, 1);
    this.#commitBuilder = commitBuilder;
  }

  /** Signs and admits a transaction of type 2. */
  submit(
    from: BenchAccount,
    draft: Partial<Pick<EthereumDraft, "to" | "data" | "value">> & Pick<EthereumDraft, "gas">,
  ): void {
    const envelope = signEthereumTransaction(
      { type: 2, chainId: CHAIN_ID, nonce: from.nonce, maxFeePerGas: PRICE, ...draft },
      from.secret,
    );
    from.nonce += 1n;
    const admitted = this.#builder.admit(millis(1), 1, envelope, from.address);
    if (!admitted.ok) throw new Error(`${admitted.fault.code} ${admitted.fault.detail ?? ""}`);
    this.#replica.markVerified(envelope, from.address);
  }

  /** Builds the next block here, executes it there and starts its durable commit. */
  async mine(): Promise<MinedBlock> {
    const built = this.#driver.build();
    this.#driver.keep(built);
    await this.#commitBuilder(built.info.digest);
    const cpu = process.threadCpuUsage();
    const start = performance.now();
    const executed = this.#replica.execute(built.block, this.#driver.leader);
    if (!executed.ok) throw new Error(`${executed.fault.code} ${executed.fault.detail ?? ""}`);
    const rows = this.#replica.finalize(built.info.digest);
    const executeMs = performance.now() - start;
    const { user, system } = process.threadCpuUsage(cpu);
    // The disk works while the next block is built and executed; two commits never queue up.
    await this.#written;
    this.#written = this.#storage.store.commit(rows);
    const receipts = this.#builder.receiptsByHeight(built.info.height) ?? [];
    const failed = receipts.findIndex(({ status }) => status === 0);
    if (failed >= 0) throw new Error(`transaction ${failed} of block ${built.info.height} failed`);
    return {
      transactions: built.transactions,
      gas: receipts.at(-1)?.cumulativeGasUsed ?? 0n,
      executeMs,
      cpuUs: user + system,
    };
  }

  /** Waits until everything that was executed is on disk. */
  async written(): Promise<void> {
    await this.#written;
  }

  async close(): Promise<void> {
    await this.written();
    await this.#storage.close();
  }
}

function account(i: number): BenchAccount {
  const secret = secretOf(1, i);
  const publicKey = secp256k1.publicKey(secret)!;
  return { secret, address: ethereumAddress(publicKey), nonce: 0n };
}

function fundedGenesis(accounts: readonly BenchAccount[]): Genesis {
  const secret = bls.keygen(secretOf(2, 0));
  return parseGenesis({
    ...{ chainId: Number(CHAIN_ID), network: "local", n: 1, f: 0 },
    validators: [
      {
        blsPublicKey: bytesToHex0x(bls.publicKey(secret)!),
        p2pPublicKey: bytesToHex0x(ed25519.publicKey(secretOf(3, 0))),
        feeAddress: `0x${"fe".repeat(20)}`,
      },
    ],
    treasury: `0x${"7e".repeat(20)}`,
    alloc: Object.fromEntries(accounts.map(({ address }) => [`0x${address}`, { balance: `${10n ** 24n}` }])),
  });
}

function secretOf(kind: number, i: number): Uint8Array {
  const secret = new Uint8Array(32).fill(7);
  secret.set([kind, 0, i >> 16, (i >> 8) & 255, i & 255], 0);
  return secret;
}
