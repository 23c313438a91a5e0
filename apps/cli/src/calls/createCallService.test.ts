import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Address, height, millis, validatorIndex, view } from "@polis/codec";
import {
  type CallJob,
  createKairosLedger,
  type Genesis,
  genesisBlock,
  KAIROS_TABLES,
  type KairosLedger,
  schemaVersion,
  signEthereumTransaction,
} from "@polis/kairos";
import { openStorage, type Storage } from "@polis/storage";
import { deriveAccounts, deriveFaucet, wellKnownMnemonic } from "../dev/accounts/deriveAccounts.ts";
import { devGenesis } from "../dev/chain/devGenesis.ts";
import { type CallService, type CallServiceOptions, createCallService } from "./createCallService.ts";

const accounts = deriveAccounts(wellKnownMnemonic, 2);
const [alice, bob] = accounts as [(typeof accounts)[0], (typeof accounts)[0]];
const quiet = { log: () => undefined };
const noMetrics = { count: () => undefined, gauge: () => undefined, observe: () => undefined };

/** A ledger on disk whose blocks are made by hand, and a service beside it. */
class Fixture {
  readonly dir = mkdtempSync(join(tmpdir(), "kairos-calls-"));
  readonly genesis: Genesis = devGenesis({
    chainId: 31_337,
    hardfork: "prague",
    accounts,
    balance: 10n ** 22n,
    faucet: deriveFaucet(wellKnownMnemonic),
    timestampS: 1_700_000_000,
  });
  storage!: Storage;
  ledger!: KairosLedger;
  settled = 0;
  readonly services: CallService[] = [];

  async open(): Promise<void> {
    this.storage = await openStorage({
      path: this.dir,
      tables: KAIROS_TABLES,
      schema: schemaVersion,
      identity: genesisBlock(this.genesis).digest,
    });
    this.ledger = createKairosLedger({ genesis: this.genesis, store: this.storage.store });
    await this.ledger.ready;
  }

  service(threads = 1, changes: Partial<CallServiceOptions> = {}): CallService {
    const service = createCallService({
      ...{ genesis: this.genesis, reader: this.ledger, settledHeight: () => this.settled, threads },
      ...{ path: this.dir, mapSizeBytes: 2 ** 40, history: "full", callTimeoutMs: 2_000, traceTimeoutMs: 4_000 },
      ...{ maxResponseBytes: 1_000_000, logger: quiet, metrics: noMetrics },
      ...changes,
    });
    this.services.push(service);
    return service;
  }

  pay(nonce: bigint, value: bigint): void {
    const { chainId, fees } = this.genesis.params;
    const draft = { type: 2, chainId, nonce, gas: 21_000n, maxFeePerGas: fees.cap, to: bob.address, value } as const;
    const admitted = this.ledger.admit(millis(0), 1_700_000_000, signEthereumTransaction(draft, alice.secret));
    assert.ok(admitted.ok);
  }

  /** Builds on the tip without making it final. */
  build(): void {
    const { digest, header } = this.ledger.tip();
    this.ledger.build({
      view: view(header.extra.view + 1),
      leader: validatorIndex(0),
      parentDigest: digest,
      parentView: header.extra.view,
      timeMs: millis((header.timestampS + 1) * 1000),
      prevSeed: undefined,
    });
  }

  async finalize(): Promise<void> {
    await this.storage.store.commit(this.ledger.finalize(this.ledger.tip().digest));
    this.settled = this.ledger.lastFinalized.height;
  }

  /** A proof of bob's account in the state of the tip. */
  proofOfBob(): CallJob {
    return { kind: "proof", block: this.ledger.tip().digest, address: bob.address as Address, slots: [] };
  }

  async close(): Promise<void> {
    await Promise.all(this.services.map((service) => service.close()));
    await this.storage.close();
    rmSync(this.dir, { recursive: true });
  }
}

describe("calls in threads of their own", () => {
  const fixture = new Fixture();
  before(() => fixture.open());
  after(() => fixture.close());

  /** A call of an account that has this code for the moment. */
  function callOf(code: string, gas: bigint): CallJob {
    const call = {
      ...{ from: undefined, to: bob.address as Address, gas, data: undefined, value: undefined, nonce: undefined },
      ...{ gasPrice: undefined, maxFeePerGas: undefined, maxPriorityFeePerGas: undefined },
      ...{ accessList: undefined, authorizations: undefined },
    };
    const account = {
      ...{ address: bob.address as Address, balance: undefined, nonce: undefined, state: undefined },
      ...{ stateDiff: undefined, code: Uint8Array.fromHex(code) },
    };
    const block = fixture.ledger.tip().digest;
    return { kind: "call", block, call, accounts: [account], environment: {}, gasCap: 2n ** 50n };
  }

  const balanceOf = async (service: CallService, job: CallJob): Promise<bigint> => {
    const answer = await service.run(job);
    assert.ok(answer.ok, JSON.stringify(answer));
    return BigInt((answer.value as { balance: string }).balance);
  };

  it("see the finalized state, the blocks above it, and the next finalized one", async () => {
    const service = fixture.service();
    assert.equal(await balanceOf(service, fixture.proofOfBob()), 10n ** 22n);
    fixture.pay(0n, 5n);
    fixture.build();
    assert.equal(await balanceOf(service, fixture.proofOfBob()), 10n ** 22n + 5n, "one block above");
    const first = fixture.proofOfBob();
    await fixture.finalize();
    fixture.pay(1n, 7n);
    fixture.build();
    assert.equal(await balanceOf(service, fixture.proofOfBob()), 10n ** 22n + 12n, "above a newer one");
    await fixture.finalize();
    assert.equal(await balanceOf(service, fixture.proofOfBob()), 10n ** 22n + 12n);
    assert.equal(await balanceOf(service, first), 10n ** 22n + 5n, "an earlier state");
  });

  it("give the same answers as the caller's own thread", async () => {
    const job = fixture.proofOfBob();
    assert.deepEqual(await fixture.service(1).run(job), await fixture.service(0).run(job));
  });

  it("refuse a block that nobody has", async () => {
    const job = { ...fixture.proofOfBob(), block: "77".repeat(32) } as CallJob;
    const answer = await fixture.service().run(job);
    assert.ok(!answer.ok);
    assert.equal(answer.error.code, -32001);
  });

  it("find logs up to the last height, waiting for the disk", async () => {
    const to = fixture.ledger.lastFinalized.height;
    const criteria = { addresses: [], topics: [] };
    const job = { kind: "logs", from: height(0), to, criteria, maxRange: 100, maxResults: 100 } as unknown as CallJob;
    fixture.settled = to - 1;
    const asked = fixture.service().run(job);
    setTimeout(() => {
      fixture.settled = to;
    }, 20);
    const answer = await asked;
    assert.ok(answer.ok, JSON.stringify(answer));
    assert.equal((answer.value as unknown[]).length, 2);
  });

  it("drop the work of a caller that leaves, and refuse everything once closed", async () => {
    const service = fixture.service();
    const abort = new AbortController();
    const first = service.run(fixture.proofOfBob());
    const dropped = service.run(fixture.proofOfBob(), abort.signal);
    abort.abort();
    const answer = await dropped;
    assert.ok(!answer.ok && /caller has left/.test(answer.error.message));
    assert.ok((await first).ok);
    await service.close();
    assert.ok(!(await service.run(fixture.proofOfBob())).ok);
  });

  it("end in time, and those that wait behind a slow one are answered by the next thread", async () => {
    const service = fixture.service(1, { callTimeoutMs: 300 });
    const loop = callOf("5b5f56", 2n ** 40n);
    const quick = callOf("60015f5260205ff3", 100_000n);
    const [slow, ...others] = await Promise.all([loop, quick, quick, quick].map((job) => service.run(job)));
    assert.ok(!slow!.ok && slow!.error.code === -32005, JSON.stringify(slow));
    assert.match(slow!.error.message, /longer than 300 ms/);
    for (const answer of others) assert.deepEqual(answer, { ok: true, value: `0x${"1".padStart(64, "0")}` });
  });

  it("end with their caller even while they run", async () => {
    const service = fixture.service(1, { callTimeoutMs: 60_000 });
    assert.ok((await service.run(callOf("00", 100_000n))).ok);
    const abort = new AbortController();
    const startMs = performance.now();
    const endless = service.run(callOf("5b5f56", 2n ** 45n), abort.signal);
    const behind = service.run(callOf("00", 100_000n));
    setTimeout(() => abort.abort(), 50);
    assert.ok(!(await endless).ok);
    assert.ok((await behind).ok, "its thread was freed");
    assert.ok(performance.now() - startMs < 20_000);
  });

  it("are bounded in number: the next one is refused at once", async () => {
    const service = fixture.service();
    const answers = await Promise.all(Array.from({ length: 300 }, () => service.run(fixture.proofOfBob())));
    const refused = answers.filter((answer) => !answer.ok && answer.error.code === -32005);
    assert.ok(refused.length >= 300 - 256 - 16 && refused.length < 60, `${refused.length}`);
    assert.equal(answers.filter(({ ok }) => ok).length, 300 - refused.length);
  });
});
