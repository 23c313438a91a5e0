import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Address, address, type Digest, digest, digestOf, height, millis } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { nativePerUnit, readSupply, recount, signEthereumTransaction } from "@polis/kairos";
import type { Store } from "@polis/ports";
import fc from "fast-check";
import { deriveAccounts, deriveFaucet, wellKnownMnemonic } from "../accounts/deriveAccounts.ts";
import { DevChain } from "./devChain.ts";
import { unsignedEnvelope } from "./impersonated.ts";
import { type OpenDevStore, openDevStore } from "./openDevStore.ts";

const accounts = deriveAccounts(wellKnownMnemonic, 3);
const [alice, bob] = accounts as [(typeof accounts)[0], (typeof accounts)[0]];
const balance = 10n ** 22n;
const carol: Address = address("ca".repeat(20));

interface Opened extends OpenDevStore {
  readonly chain: DevChain;
  readonly finals: string[];
}

async function open(dataDir?: string): Promise<Opened> {
  const faucet = deriveFaucet(wellKnownMnemonic);
  const common = {
    chainId: undefined,
    hardfork: "prague",
    accounts,
    balance,
    faucet,
    timestampS: 1_700_000_000,
  } as const;
  const opened = await openDevStore({ ...common, dataDir });
  const finals: string[] = [];
  const chain = await DevChain.open({
    genesis: opened.genesis,
    store: opened.store,
    ...(opened.freshStore === undefined ? {} : { freshStore: opened.freshStore }),
    wallMs: () => 1_700_000_000_000,
    monotonicMs: () => millis(0),
    onFinal: ({ digest }) => finals.push(digest),
    onPooled: () => undefined,
  });
  return { ...opened, chain, finals };
}

const price = 10n ** 11n;

function transfer(nonce: bigint, value: bigint, gas = 21_000n): Uint8Array {
  const draft = { type: 2, chainId: 31_337n, nonce, gas, maxFeePerGas: price, to: bob.address, value } as const;
  return signEthereumTransaction(draft, alice.secret);
}

const balanceOf = (chain: DevChain, account: Address): bigint => chain.ledger.account(account)?.balance ?? 0n;
const nonceOf = (chain: DevChain, account: Address): bigint => chain.ledger.account(account)?.nonce ?? 0n;

/** U5 by a scan of all rows, and the last digit too. */
function assertConserved(chain: DevChain, store: Store): void {
  const { minted, burned } = readSupply(chain.ledger.stateAt(chain.head.digest)!);
  assert.equal(recount(store), (minted - burned) * nativePerUnit);
  assert.deepEqual(chain.ledger.supply(), { minted, burned });
}

test("a transaction is final when its submission is answered", async () => {
  const { chain, finals } = await open();
  const sent = await chain.submit(transfer(0n, 5n));
  assert.ok(sent.ok);
  assert.deepEqual(chain.ledger.transactionLocation(sent.value), { height: 1, index: 0 });
  assert.equal(balanceOf(chain, bob.address), balance + 5n);
  assert.equal(finals.length, 1);
  const again = await chain.submit(transfer(0n, 5n));
  assert.ok(!again.ok);
});

test("without automining transactions wait; one that waits for a nonce is mined with the one it waits for", async () => {
  const { chain } = await open();
  await chain.submit(transfer(1n, 1n));
  assert.equal(chain.head.header.number, 0);
  chain.automine = false;
  await chain.submit(transfer(0n, 1n));
  assert.equal(chain.head.header.number, 0);
  await chain.mine();
  assert.equal(chain.ledger.transactionsOf(chain.head.digest)?.length, 2);
  await chain.mine(3, 60);
  assert.equal(chain.head.header.number, 4);
  assert.ok(chain.head.header.timestampS >= 1_700_000_000 + 120);
});

test("edits change the state after the last block, and nothing else of it", async () => {
  const { chain, store } = await open();
  await chain.submit(transfer(0n, 5n));
  const { head } = chain;
  const slot: Digest = digest("01".padStart(64, "0"));
  await chain.edit({ address: carol, balance: 1n, nonce: 9n, code: Uint8Array.of(0x60), storage: [[slot, 7n]] });
  assert.deepEqual(chain.head, head);
  const state = chain.ledger.stateAt(head.digest)!;
  assert.equal(state.account(carol)?.nonce, 9n);
  assert.equal(state.storage(carol, slot), 7n);
  assert.deepEqual(state.code(state.account(carol)!.codeHash), Uint8Array.of(0x60));
  assertConserved(chain, store);
  await chain.submit(transfer(1n, 5n));
  assert.equal(balanceOf(chain, carol), 1n);
  assertConserved(chain, store);
});

test("earlier states stay as they were, with proofs, whatever was edited after them", async () => {
  const { chain } = await open();
  await chain.submit(transfer(0n, 5n));
  await chain.submit(transfer(1n, 5n));
  const earlier = chain.ledger.headerByHeight(height(1))!;
  const slot: Digest = digest("02".padStart(64, "0"));
  await chain.edit({ address: carol, balance: 5n * nativePerUnit + 1n, storage: [[slot, 7n]] });
  await chain.edit({ address: bob.address, balance: 0n });
  await chain.submit(transfer(2n, 5n));
  const state = chain.ledger.stateAtHeight(height(1))!;
  assert.equal(state.account(carol), undefined);
  assert.equal(state.storage(carol, slot), 0n);
  assert.equal(state.account(bob.address)?.balance, balance + 5n);
  const { account, proof } = chain.ledger.proofsAt(earlier.digest)!.account(bob.address);
  assert.equal(account?.balance, balance + 5n);
  assert.equal(digestOf(keccak256(proof[0]!)), earlier.header.stateRoot);
});

test("money is conserved to the last digit through any edits and transfers (U5)", async () => {
  const { chain, store, genesis } = await open();
  const holder = fc.constantFrom(carol, bob.address, genesis.params.treasury);
  const amount = fc.oneof(fc.bigInt(0n, 3n * nativePerUnit), fc.bigInt(0n, 10n ** 24n));
  let nonce = 0n;
  await fc.assert(
    fc.asyncProperty(holder, amount, async (account, wanted) => {
      await chain.edit({ address: account, balance: wanted });
      assert.equal(balanceOf(chain, account), wanted);
      assert.ok((await chain.submit(transfer(nonce++, 3n))).ok);
      assertConserved(chain, store);
    }),
    { numRuns: 25 },
  );
});

test("a snapshot brings back blocks, state, pool, clock and what was set for the next block", async () => {
  const { chain, store } = await open();
  chain.automine = false;
  await chain.submit(transfer(0n, 1n));
  chain.setNextBlock({ beneficiary: carol });
  const id = await chain.snapshot();
  const before = chain.head;
  await chain.mine();
  chain.automine = true;
  await chain.edit({ address: carol, balance: 77n });
  await chain.submit(transfer(1n, 1n));
  chain.clock.increase(1_000);
  assert.equal(await chain.revert(id), true);
  assert.deepEqual(chain.head, before);
  assert.deepEqual([chain.automine, balanceOf(chain, carol), nonceOf(chain, alice.address)], [false, 0n, 0n]);
  assert.equal(chain.ledger.pool.status().pending, 1);
  assertConserved(chain, store);
  await chain.mine();
  assert.equal(chain.head.header.beneficiary, carol);
  assert.ok(chain.head.header.timestampS < 1_700_000_500);
  assert.equal(await chain.revert(id), false, "used up");
});

test("snapshots nest, and an earlier one takes the later ones with it", async () => {
  const { chain } = await open();
  const ids: number[] = [];
  for (let i = 0n; i < 4n; i++) {
    ids.push(await chain.snapshot());
    await chain.submit(transfer(i, 1n));
  }
  assert.equal(chain.snapshots.length, 4);
  assert.equal(await chain.revert(ids[2]!), true);
  assert.equal(chain.head.header.number, 2);
  assert.equal(await chain.revert(ids[3]!), false);
  assert.equal(await chain.revert(ids[0]!), true);
  assert.equal(chain.head.header.number, 0);
  assert.equal(await chain.revert(ids[1]!), false);
});

test("anybody's transactions are accepted when asked for, with code too, and are theirs for ever after", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-dev-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const first = await open(dir);
  await first.chain.edit({ address: carol, balance: 10n ** 20n, code: Uint8Array.of(0x00) });
  const fields = {
    ...({ type: 2, chainId: 31_337n, nonce: 0n, gas: 21_000n, maxFeePerGas: price, maxPriorityFeePerGas: 0n } as const),
    ...{ to: bob.address, value: 5n, data: new Uint8Array(0), accessList: [], authorizations: [] },
  };
  const envelope = unsignedEnvelope(fields, carol);
  const sent = await first.chain.submit(envelope, carol);
  assert.ok(sent.ok, JSON.stringify(sent));
  const block = first.chain.head.digest;
  const senders = ({ chain }: Opened) => chain.reader.transactionsOf(block)?.map(({ sender }) => sender);
  assert.deepEqual(senders(first), [carol]);
  const id = await first.chain.snapshot();
  await first.chain.mine();
  await first.chain.revert(id);
  assert.deepEqual(senders(first), [carol], "after a new ledger was opened");
  await first.close();

  const second = await open(dir);
  assert.equal(second.chain.head.digest, block);
  assert.equal(second.chain.ledger.account(carol)?.nonce, 1n);
  assert.deepEqual(senders(second), [carol], "after a restart");
  assert.equal(await second.chain.reset(), false, "a chain on disk is not thrown away");
  await second.close();
});

test("an edit survives a restart, although no header commits to it", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-dev-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const first = await open(dir);
  await first.chain.submit(transfer(0n, 1n));
  await first.chain.edit({ address: carol, balance: 3n });
  await first.close();
  const { chain, close } = await open(dir);
  assert.equal(balanceOf(chain, carol), 3n);
  await chain.submit(transfer(1n, 1n));
  assert.equal(balanceOf(chain, carol), 3n);
  await close();
});

test("single transactions, and all of them, can be taken from the pool", async () => {
  const { chain } = await open();
  chain.automine = false;
  const sent = [await chain.submit(transfer(0n, 1n)), await chain.submit(transfer(1n, 1n))];
  assert.ok(sent[1]!.ok);
  assert.equal(await chain.drop(sent[1]!.value), true);
  assert.equal(await chain.drop(sent[1]!.value), false);
  assert.equal(chain.ledger.pool.status().pending, 1);
  await chain.dropAll();
  assert.deepEqual(chain.ledger.pool.status(), { pending: 0, queued: 0, bytes: 0 });
});

test("the next block's fee and randomness are as told, once", async () => {
  const { chain } = await open();
  chain.setNextBlock({ baseFee: 60_000_000_000n, prevRandao: digest("42".repeat(32)) });
  await chain.mine();
  assert.deepEqual([chain.head.header.baseFeePerGas, chain.head.header.mixHash], [60_000_000_000n, "42".repeat(32)]);
  await chain.mine();
  assert.notEqual(chain.head.header.baseFeePerGas, 60_000_000_000n);
});

test("a reset begins at block 0 with the funds of the beginning", async () => {
  const { chain } = await open();
  const { digest: genesis } = chain.head;
  await chain.submit(transfer(0n, 1n));
  assert.equal(await chain.reset(), true);
  assert.deepEqual([chain.head.digest, balanceOf(chain, bob.address)], [genesis, balance]);
});
