import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { digest } from "@polis/codec";
import { KRAT, systemAccounts } from "@polis/kratos";
import { waitUntil } from "../../../testing/waitUntil.ts";
import { readHistory } from "../history/historyFile.ts";
import { loadHistory } from "../history/walletHistory.ts";
import { Session } from "../session.ts";
import { startLiar } from "../testing/liar.ts";
import { PASSWORD, quick, refusal, untilFinal, untilIncluded, WalletWorld } from "../testing/walletWorld.ts";
import { showBalance } from "./balance.ts";
import { propose, showCandidate, showCandidates, vote } from "./earlyVoting.ts";
import { send } from "./send.ts";
import { showHistory } from "./showHistory.ts";
import { stake, unstake, withdraw } from "./staking.ts";
import { registerValidator, showValidator, unregisterValidator } from "./validator.ts";

interface Line {
  readonly hash: string;
  readonly status: string;
  readonly direction: string;
  readonly amount: string;
  readonly note: string | null;
  readonly blockNumber: number | null;
}

test("sending moves exactly the amount and the fee, and both histories show it: pending, then confirmed", async (t) => {
  const world = await WalletWorld.start(t);
  const [from, to] = [world.session(4), world.session(5)];
  await send(from, world.account(5), 1_234_567_890_123n, quick);
  const { hash, status, fee } = world.last<{ hash: string; status: string; fee: string }>();
  assert.deepEqual([status, fee], ["pending", "1000000"]);
  const lines = async (session: typeof from) => {
    await showHistory(session, 1);
    return world.last<{ transactions: Line[] }>().transactions;
  };
  assert.deepEqual(
    (await lines(from)).map((line) => [line.hash, line.status, line.blockNumber]),
    [[hash, "Pending", null]],
  );
  world.block();
  assert.deepEqual(
    (await lines(from)).map((line) => [line.status, line.blockNumber]),
    [["Pending", 1]],
  );
  assert.deepEqual(
    (await lines(to)).map((line) => [line.hash, line.direction, line.status]),
    [[hash, "Received", "Pending"]],
  );
  world.block();
  for (const session of [from, to]) {
    const [line] = await lines(session);
    assert.deepEqual([line?.hash, line?.status, line?.amount], [hash, "Confirmed", "1234567890123"]);
  }
  await showBalance(from);
  assert.equal(world.last().free, (1_000_000n * KRAT - 1_234_567_890_123n - 1_000_000n).toString());
  await showBalance(to);
  assert.equal(world.last().free, (1_000_000n * KRAT + 1_234_567_890_123n).toString());
});

test("waiting ends in a block or with finality, tells how it stands, and several payments follow each other", async (t) => {
  const world = await WalletWorld.start(t);
  const session = world.session(4);
  await send(session, world.account(5), KRAT, untilIncluded);
  assert.deepEqual([world.last().status, world.last().nonce, world.last().blockNumber], ["included", 0, 1]);
  for (const nonce of [1, 2]) {
    await send(session, world.account(5), KRAT, quick);
    assert.equal(world.last().nonce, nonce);
  }
  await send(session, world.account(5), KRAT, { ...untilFinal, tip: 5n });
  assert.deepEqual([world.last().status, world.last().nonce, world.last().fee], ["finalized", 3, "1000005"]);
  assert.ok(world.progress.some((text) => text.startsWith("waiting for a block")));
  assert.ok(world.progress.some((text) => /in block \d+, waiting until it is final/.test(text)));
  assert.equal(world.progress.at(-1), "");
  world.onPause = () => undefined;
  const slow = send(session, world.account(5), KRAT, untilIncluded);
  assert.deepEqual(await refusal(slow), ["WAIT_TIMEOUT", 8]);
});

test("payments that are made at the same time get nonces of their own, and none is lost from the history", async (t) => {
  const world = await WalletWorld.start(t);
  const folder = world.folder(4);
  const lock = join(folder.path, "wallet.lock");
  const pause = () => waitUntil("the wallet is free", 10_000, () => !existsSync(lock));
  const pay = async (krat: bigint) => {
    const session = new Session({ folder, io: { ...world.io(), pause }, password: PASSWORD });
    await send(session, world.account(5), krat * KRAT, quick);
  };
  await Promise.all([1n, 2n, 3n].map(pay));
  assert.deepEqual([...world.node.pool.entries()].map(({ signed }) => signed.transaction.nonce).sort(), [0, 1, 2]);
  const session = new Session({ folder, io: world.io(), password: PASSWORD });
  assert.equal((await loadHistory(session)).transactions.length, 3);
});

test("a history that is being brought up to date keeps what is paid meanwhile", async (t) => {
  const world = await WalletWorld.start(t);
  const url = (await startLiar(t, world, {})).url;
  const payer = new Session({ folder: world.folder(4, url), io: world.io(), password: PASSWORD });
  let paid: Promise<void> | undefined;
  const liar = await startLiar(t, world, {});
  const looker = new Session({ folder: payer.folder, io: world.io(), password: PASSWORD, rpc: liar.url });
  liar.lies = {
    state_getTransactionHistory: async (truth) => {
      paid ??= send(payer, world.account(5), KRAT, quick);
      await paid;
      return truth;
    },
  };
  await showHistory(looker, 1);
  assert.ok(paid !== undefined);
  assert.equal(world.last().total, 1);
  assert.equal((await loadHistory(payer)).transactions[0]?.amount, KRAT);
});

test("a vote whose count the node does not tell afterwards is answered with its hash", async (t) => {
  const world = await WalletWorld.start(t);
  await send(world.session(4), world.account(0), KRAT, untilIncluded);
  let asked = 0;
  const liar = await startLiar(t, world, {
    validator_getCandidateVotes: (truth) => (asked++ === 0 ? truth : "<502>Bad Gateway"),
  });
  assert.deepEqual(await refusal(propose(world.session(0, { url: liar.url }), world.account(5), quick)), ["done", 0]);
  const { hash, votes } = world.last<{ hash: string; votes: number | null }>();
  assert.ok(/^0x[0-9a-f]{64}$/.test(hash));
  assert.equal(votes, null);
});

test("what the chain would refuse for a fee is refused before anything is signed", async (t) => {
  const world = await WalletWorld.start(t);
  const session = world.session(4);
  const nobody = digest("fa".repeat(32));
  const refused = (to: string, amount: bigint) => refusal(send(session, digest(to), amount, quick));
  assert.deepEqual(await refused(world.account(5), 0n), ["AMOUNT", 2]);
  assert.deepEqual(await refused(nobody, 999_999_999n), ["BELOW_EXISTENTIAL_DEPOSIT", 1]);
  assert.deepEqual(await refused(systemAccounts.reserve, KRAT), ["INVALID_RECIPIENT", 2]);
  assert.deepEqual(await refused(world.account(5), 1_000_000n * KRAT), ["INSUFFICIENT_BALANCE", 1]);
  assert.deepEqual(await refusal(stake(session, 0n, quick)), ["AMOUNT", 2]);
  assert.deepEqual(await refusal(unstake(session, 1n, quick)), ["INSUFFICIENT_STAKE", 1]);
  assert.deepEqual(await refusal(withdraw(session, quick)), ["NOTHING_TO_WITHDRAW", 1]);
  assert.deepEqual(await refusal(unregisterValidator(session, quick)), ["NOT_VALIDATOR", 1]);
  assert.equal(world.node.pool.size, 0);
  assert.deepEqual((await loadHistory(session)).transactions, []);
  assert.deepEqual(await refused(nobody, 10n ** 9n), ["done", 0]);
  assert.deepEqual(await refused(systemAccounts.treasury, KRAT), ["done", 0]);
});

test("without a yes nothing is signed: nobody to ask, and somebody who says no", async (t) => {
  const world = await WalletWorld.start(t);
  const asks = { ...quick, yes: false };
  const pay = (session: ReturnType<WalletWorld["session"]>) => refusal(send(session, world.account(5), KRAT, asks));
  assert.deepEqual(await pay(world.session(4)), ["CONFIRMATION_NEEDED", 2]);
  let answer = false;
  const prompts = { confirm: async () => answer } as unknown as NonNullable<
    Parameters<WalletWorld["session"]>[1]
  >["prompts"];
  const asked = world.session(4, { prompts: prompts! });
  assert.deepEqual(await pay(asked), ["DECLINED", 7]);
  assert.equal(world.node.pool.size, 0);
  assert.deepEqual(world.notes, [`to       0x${world.account(5)}`, "amount   1 KRAT", "fee      0.000001 KRAT"]);
  answer = true;
  assert.deepEqual(await pay(asked), ["done", 0]);
  assert.equal(world.node.pool.size, 1);
});

test("an effect that fails costs the fee, is told with its code, and is Failed in the history", async (t) => {
  const world = await WalletWorld.start(t);
  const session = world.session(4);
  assert.deepEqual(await refusal(registerValidator(session, KRAT, untilFinal)), ["TRANSACTION_FAILED", 1]);
  await showHistory(session, 1);
  const [line] = world.last<{ transactions: Line[] }>().transactions;
  assert.deepEqual([line?.status, line?.note], ["Failed", "failed: InsufficientStake"]);
});

test("somebody stakes, becomes a validator, leaves, and sees what is on its way out", async (t) => {
  const world = await WalletWorld.start(t);
  const session = world.session(4);
  await stake(session, 40_010n * KRAT, untilIncluded);
  await unstake(session, 10n * KRAT, untilIncluded);
  await showValidator(session, world.account(4));
  assert.equal(world.last().isValidator, false);
  await registerValidator(session, 20_000n * KRAT, untilIncluded);
  await showValidator(session, world.account(4));
  const shown = world.last();
  assert.deepEqual([shown.isValidator, shown.status, shown.stake], [true, "Active", (60_000n * KRAT).toString()]);
  assert.equal(shown.clock_status, "Healthy");
  assert.deepEqual(await refusal(unstake(session, 1n, quick)), ["BELOW_REQUIRED_STAKE", 1]);
  await unregisterValidator(session, untilIncluded);
  await showValidator(session, world.account(4));
  const { status, unbonding } = world.last<{ status: string; unbonding: { amount: string; releaseAt: number }[] }>();
  assert.deepEqual(
    [status, unbonding.map(({ amount }) => amount)],
    ["Unbonding", [10n, 60_000n].map((krat) => (krat * KRAT).toString())],
  );
  assert.deepEqual(await refusal(withdraw(session, quick)), ["NOTHING_TO_WITHDRAW", 1]);
});

test("validators propose and vote somebody in; who may not, or has, is refused; the quorum is told", async (t) => {
  const world = await WalletWorld.start(t);
  // Validators of genesis have no money for fees: somebody gives it to them.
  for (const who of [0, 1, 2]) await send(world.session(4), world.account(who), KRAT, untilIncluded);
  const candidate = world.account(5);
  assert.deepEqual(await refusal(propose(world.session(4), candidate, quick)), ["NOT_VALIDATOR", 1]);
  assert.deepEqual(await refusal(vote(world.session(0), candidate, quick)), ["CANDIDACY_NOT_PENDING", 1]);
  const voted = () => [world.last().votes, world.last().votesRequired, world.last().hasQuorum];
  await propose(world.session(0), candidate, untilIncluded);
  assert.deepEqual(voted(), [1, 3, false]);
  assert.deepEqual(await refusal(propose(world.session(1), candidate, quick)), ["CANDIDACY_EXISTS", 1]);
  assert.deepEqual(await refusal(vote(world.session(0), candidate, quick)), ["ALREADY_VOTED", 1]);
  await vote(world.session(1), candidate, quick);
  assert.deepEqual(voted(), [2, 3, false]);
  world.block();
  const last = world.session(2, { json: false });
  await vote(last, candidate, untilIncluded);
  assert.match(
    world.out.at(-1)!,
    /^quorum {3}reached: 0x[0-9a-f]{64} becomes a validator at the start of the next epoch$/,
  );
  await showCandidate(last, candidate);
  assert.ok(world.out.includes(`voter     0x${world.account(2)} (you)`));
  while (world.node.tree.head.header.epoch < 2) world.block();
  await showValidator(world.session(5), candidate);
  assert.deepEqual([world.last().isValidator, world.last().is_bootstrap, world.last().total_vc], [true, true, 100]);
  assert.deepEqual(await refusal(propose(world.session(0), candidate, quick)), ["ALREADY_VALIDATOR", 1]);
  await showCandidates(world.session(5));
  const { era, candidates } = world.last<{
    era: { isBootstrap: boolean; validators: number };
    candidates: unknown[];
  }>();
  assert.deepEqual([era.isBootstrap, era.validators, candidates.length], [true, 5, 0]);
});

test("a history has pages of ten, newest first, and is encrypted on the disk", async (t) => {
  const world = await WalletWorld.start(t);
  const session = world.session(4);
  for (let i = 1n; i <= 12n; i++) await send(session, world.account(5), i * KRAT, untilIncluded);
  assert.equal(await showHistory(session, 1), 2);
  const amounts = () =>
    world.last<{ transactions: Line[] }>().transactions.map(({ amount }) => Number(BigInt(amount) / KRAT));
  assert.deepEqual(amounts(), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  await showHistory(session, 2);
  assert.deepEqual(amounts(), [2, 1]);
  const { transactions, lastSyncedBlock } = readHistory(session.folder.history, {
    account: world.account(4),
    secret: world.node.chain.people[4]!.secret,
  });
  assert.deepEqual([transactions.length, lastSyncedBlock], [12, world.node.tree.final.header.number]);
  // Somebody who looks for the first time finds the same in the chain alone.
  await showHistory(world.session(5), 1);
  assert.deepEqual(amounts(), [12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
});

test("a wrong password signs nothing and shows no history, while the balance needs none", async (t) => {
  const world = await WalletWorld.start(t);
  const wrong = new Session({ folder: world.folder(4), io: world.io(), password: "another password" });
  assert.deepEqual(await refusal(send(wrong, world.account(5), KRAT, quick)), ["WALLET_PASSWORD", 4]);
  assert.deepEqual(await refusal(showHistory(wrong, 1)), ["WALLET_PASSWORD", 4]);
  await showBalance(wrong);
  const none = new Session({ folder: world.folder(4), io: world.io() });
  assert.deepEqual(await refusal(send(none, world.account(5), KRAT, quick)), ["PASSWORD_NEEDED", 2]);
});
