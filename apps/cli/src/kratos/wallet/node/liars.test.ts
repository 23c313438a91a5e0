import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { KRAT } from "@polis/kratos";
import { showBalance } from "../actions/balance.ts";
import { propose, vote } from "../actions/earlyVoting.ts";
import { send } from "../actions/send.ts";
import { setRpc } from "../actions/settings.ts";
import { showHistory } from "../actions/showHistory.ts";
import { readWallet } from "../file/walletFolder.ts";
import { loadHistory } from "../history/walletHistory.ts";
import { Session } from "../session.ts";
import { type Lie, sayError, startLiar } from "../testing/liar.ts";
import { PASSWORD, quick, refusal, untilFinal, untilIncluded, WalletWorld } from "../testing/walletWorld.ts";

const other = `0x${"cd".repeat(32)}`;
const change =
  (changes: object): Lie =>
  (truth) => ({ ...(truth as object), ...changes });

async function start(t: TestContext, lies: Parameters<typeof startLiar>[2] = {}) {
  const world = await WalletWorld.start(t);
  const liar = await startLiar(t, world, lies);
  const folder = world.folder(4, liar.url);
  const session = new Session({ folder, io: world.io(), password: PASSWORD, timeoutMs: 1_500 });
  const pay = (options = quick) => refusal(send(session, world.account(5), KRAT, options));
  const statuses = async () => (await loadHistory(session)).transactions.map(({ status }) => status);
  return { world, liar, session, pay, statuses };
}

test("a node of another chain, or of a fork, gets no signature and shows no balance", async (t) => {
  const { world, liar, session, pay } = await start(t);
  for (const lie of [change({ genesisHash: other }), change({ chainIdentity: other })]) {
    liar.lies = { chain_getInfo: lie };
    assert.deepEqual(await pay(), ["OTHER_CHAIN", 6]);
    assert.deepEqual(await refusal(showBalance(session)), ["OTHER_CHAIN", 6]);
  }
  // Honest at first, and another chain's when it comes to signing.
  let times = 0;
  liar.lies = { chain_getInfo: (truth) => (times++ === 0 ? truth : change({ genesisHash: other })(truth, [])) };
  assert.deepEqual(await pay(), ["OTHER_CHAIN", 6]);
  assert.ok(!liar.asked.includes("author_submitTransaction"));
  assert.deepEqual((await loadHistory(session)).transactions, []);
  assert.equal(world.node.pool.size, 0);
});

test("the endpoint changes only to a node of the same chain, and then for good", async (t) => {
  const { world, liar, session, pay } = await start(t, { chain_getInfo: change({ genesisHash: other }) });
  assert.deepEqual(await refusal(setRpc(world.session(4), liar.url)), ["OTHER_CHAIN", 6]);
  assert.equal(readWallet(world.folder(4)).rpcUrl, world.url);
  assert.deepEqual(await refusal(setRpc(session, "http://127.0.0.1:1")), ["NODE_UNREACHABLE", 3]);
  assert.deepEqual(await refusal(setRpc(session, "nowhere")), ["RPC_URL", 2]);
  const before = readWallet(session.folder);
  await setRpc(session, world.url);
  const after = readWallet(session.folder);
  assert.deepEqual([after.rpcUrl, after.genesisHash], [world.url, world.genesisHash]);
  assert.notDeepEqual(after.salt, before.salt);
  // The session goes on with the new one.
  assert.deepEqual(await pay(), ["done", 0]);
});

test("a nonce that nobody can have, and one that final transactions have, are not signed", async (t) => {
  const { world, liar, session, pay } = await start(t);
  for (const nonce of [500_000_001, Number.MAX_SAFE_INTEGER]) {
    liar.lies = { state_getNonce: () => nonce };
    assert.deepEqual(await pay(), ["NONCE", 1]);
  }
  for (const nonce of [-1, 1.5, 2 ** 60, "7", null]) {
    liar.lies = { state_getNonce: () => nonce };
    assert.deepEqual(await pay(), ["NODE_MALFORMED", 3]);
  }
  liar.lies = {};
  assert.deepEqual(await pay(untilFinal), ["done", 0]);
  liar.lies = { state_getNonce: () => 0 };
  assert.deepEqual(await pay(), ["NODE_BEHIND", 1]);
  assert.equal(world.node.pool.size, 0);
  assert.equal((await loadHistory(session)).transactions.length, 1);
});

test("only a whole answer about the very transaction makes a record anything but Pending", async (t) => {
  const { world, liar, session, pay, statuses } = await start(t);
  assert.deepEqual(await pay(), ["done", 0]);
  const receipt = { success: true, feePaid: "1", errorCode: null, index: 0 };
  const lies: readonly Lie[] = [
    change({ status: "finalized" }),
    change({ status: "finalized", receipt }),
    change({ status: "finalized", receipt, blockNumber: 1, blockHash: other, hash: other }),
    change({ status: "finalized", receipt, blockNumber: 1, blockHash: other, nonce: 9 }),
    change({ status: "final", receipt, blockNumber: 1, blockHash: other }),
    change({ receipt }),
  ];
  for (const lie of lies) {
    liar.lies = { chain_getTransaction: lie };
    assert.deepEqual(await refusal(showHistory(session, 1)), ["NODE_MALFORMED", 3]);
    assert.deepEqual(await statuses(), ["Pending"]);
  }
  // Time alone changes nothing, however much of it passes (kratos-core 14.2), and neither does a node that forgets.
  world.nowMs += 10 * 365 * 86_400_000;
  liar.lies = { chain_getTransaction: sayError(-32_002, "Transaction not found") };
  assert.deepEqual(await refusal(showHistory(session, 1)), ["done", 0]);
  assert.deepEqual(await statuses(), ["Pending"]);
});

test("payments that a node invents vanish, because it cannot show them", async (t) => {
  const { world, liar, session } = await start(t);
  const line = {
    ...{ hash: other, from: `0x${world.account(5)}`, to: `0x${world.account(4)}`, amount: "5", amountFormatted: "" },
    ...{
      type: "transfer",
      direction: "received",
      nonce: 0,
      timestamp: 1,
      blockNumber: 1,
      blockHash: other,
      success: true,
    },
  };
  liar.lies = { state_getTransactionHistory: change({ transactions: [line], count: 1, total: 1 }) };
  assert.deepEqual(await refusal(showHistory(session, 1)), ["done", 0]);
  assert.equal(world.last().total, 0);
  liar.lies = { state_getTransactionHistory: change({ transactions: Array(201).fill(line) }) };
  assert.deepEqual(await refusal(showHistory(session, 1)), ["NODE_MALFORMED", 3]);
});

test("what a validator's node signs by itself is left out of its history", async (t) => {
  const { world, liar, pay } = await start(t);
  assert.deepEqual(await pay(untilIncluded), ["done", 0]);
  const total = async (type: string) => {
    liar.lies = {
      state_getTransactionHistory: (truth) => {
        const answer = truth as { readonly transactions: readonly object[] };
        return { ...answer, transactions: answer.transactions.map((line) => ({ ...line, type })) };
      },
    };
    const folder = world.folder(5, liar.url);
    const session = new Session({ folder, io: world.io(), password: PASSWORD });
    await showHistory(session, 1);
    return world.last().total;
  };
  for (const type of ["recordFinality", "clockAttest"]) assert.equal(await total(type), 0, type);
  assert.equal(await total("transfer"), 1);
});

test("a submission without a clear answer is told as uncertain, and stays Pending until the chain tells", async (t) => {
  const { world, liar, session, pay, statuses } = await start(t);
  const lies: readonly Lie[] = [
    () => undefined,
    () => "<html>502 Bad Gateway</html>",
    () => ({ hash: other, message: "Transaction submitted" }),
    () => ({ message: "" }),
  ];
  for (const [i, lie] of lies.entries()) {
    liar.lies = { author_submitTransaction: lie };
    assert.deepEqual(await pay(), ["SEND_UNCERTAIN", 3]);
    assert.equal((await statuses()).length, i + 1);
  }
  // All of them had arrived.
  world.block();
  world.block();
  liar.lies = {};
  await showHistory(session, 1);
  assert.deepEqual(await statuses(), Array(lies.length).fill("Confirmed"));
});

test("a node that refuses aloud and takes the payment in secret is found out by the history", async (t) => {
  const { world, liar, session, pay, statuses } = await start(t);
  liar.lies = { author_submitTransaction: sayError(-32_010, "Transaction rejected: PoolFull", { reason: "PoolFull" }) };
  assert.deepEqual(await pay(), ["NODE_ERROR", 1]);
  assert.deepEqual(await statuses(), ["Pending"]);
  assert.equal((await loadHistory(session)).transactions[0]?.note, "refused by the node: PoolFull");
  world.block();
  world.block();
  await showHistory(session, 1);
  assert.deepEqual(await statuses(), ["Confirmed"]);
});

test("a payment whose nonce another final one has is Failed", async (t) => {
  const { world, liar, session, pay, statuses } = await start(t);
  const refuse = sayError(-32_010, "Transaction rejected: PoolFull", { reason: "PoolFull" });
  liar.lies = { author_submitTransaction: refuse };
  assert.deepEqual(await pay(), ["NODE_ERROR", 1]);
  // Really refused: the pool forgets it.
  for (const { signed } of [...world.node.pool.entries()]) {
    const { hash } = (await loadHistory(session)).transactions[0]!;
    assert.equal(signed.transaction.nonce, 0);
    world.node.pool.remove(hash);
  }
  liar.lies = {};
  world.nowMs += 60_000;
  assert.deepEqual(await pay(untilFinal), ["done", 0]);
  await showHistory(session, 1);
  assert.deepEqual((await statuses()).sort(), ["Confirmed", "Failed"]);
});

test("a nonce that the validator's own node used meanwhile: a vote is signed again once, a payment never", async (t) => {
  const { world, liar, session, pay } = await start(t);
  let refusals = 1;
  const race: Lie = (truth) =>
    refusals-- > 0 ? sayError(-32_010, "Transaction rejected", { reason: "NonceTooOld" })(0, []) : truth;
  liar.lies = { author_submitTransaction: race };
  assert.deepEqual(await pay(), ["NODE_ERROR", 1]);
  for (const who of [0, 1]) await send(session, world.account(who), KRAT, untilIncluded);
  await propose(world.session(0), world.account(5), untilIncluded);
  const voter = world.session(1, { url: liar.url });
  refusals = 1;
  assert.deepEqual(await refusal(vote(voter, world.account(5), quick)), ["done", 0]);
  refusals = 2;
  world.block();
  assert.deepEqual(await refusal(propose(voter, world.account(4), quick)), ["NODE_ERROR", 1]);
});

test("while it waits, a node that restarts or wants to be asked less is waited for; one that lies is not", async (t) => {
  const { world, liar, pay } = await start(t);
  let times = 0;
  const slow = sayError(-32_029, "Rate limited", { retryAfter: 5 });
  const troubles: readonly Lie[] = [
    slow,
    () => undefined,
    sayError(-32_603, "internal error, incident 7"),
    () => "<502>Bad Gateway",
  ];
  liar.lies = {
    chain_getTransaction: (truth, params) => (times < troubles.length ? troubles[times++]!(truth, params) : truth),
  };
  const from = world.nowMs;
  assert.deepEqual(await pay(untilIncluded), ["done", 0]);
  assert.ok(world.nowMs - from >= 6_000);
  assert.ok(world.progress.some((text) => text.startsWith("the node wants to be asked less often")));
  for (const said of ["does not answer", "has trouble", "answers with the HTTP status 502"]) {
    assert.ok(
      world.progress.some((text) => text.startsWith(`the node ${said}`)),
      said,
    );
  }
  // The payment is on its way: neither a script nor a person may take this for a refusal.
  for (const lie of [change({ hash: other }), sayError(-32_601, "no such method"), () => "<html>login</html>"]) {
    liar.lies = { chain_getTransaction: lie };
    assert.deepEqual(await pay(untilIncluded), ["WAIT_FAILED", 8]);
  }
});

test("a block that comes while the nonce is asked for does not make a payment the second of its nonce", async (t) => {
  const { world, liar, pay } = await start(t);
  assert.deepEqual(await pay(), ["done", 0]);
  // The answer is of before the block, and what waited has left the pool by the time the next question arrives.
  const thenBlock: Lie = (truth) => {
    world.block();
    return truth;
  };
  for (const method of ["state_getNonce", "author_pendingTransactions"]) {
    liar.lies = { [method]: thenBlock };
    assert.deepEqual(await pay(), ["done", 0], method);
  }
});

test("a payment that waits behind the end of a node's list is not replaced by the next one, tip or not", async (t) => {
  const { world, liar, pay } = await start(t);
  assert.deepEqual(await pay(), ["done", 0]);
  // A crowd before it: the list has room for a thousand.
  liar.lies = {
    author_pendingTransactions: (truth) => {
      const [one] = truth as readonly object[];
      return Array(1_000).fill({ ...one, from: other });
    },
  };
  assert.deepEqual(await pay({ ...quick, tip: 10n ** 9n }), ["done", 0]);
  assert.equal(world.last().nonce, 1);
  assert.equal(world.node.pool.size, 2);
});

test("the fee is that of the chain's multiplier, within its bounds; a node that tells none has that of genesis", async (t) => {
  const { world, liar, pay } = await start(t);
  const feeShown = async (fee_multiplier: unknown) => {
    liar.lies = { economics_getState: change({ fee_multiplier }) };
    assert.deepEqual(await pay(), ["done", 0]);
    return world.last().fee;
  };
  assert.equal(await feeShown(100), "1000000");
  assert.equal(await feeShown(250), "2500000");
  assert.equal(await feeShown(1_000), "10000000");
  assert.equal(await feeShown(undefined), "1000000");
  const before = world.node.pool.size;
  for (const fee_multiplier of [99, 1_001, 0, -1, 1.5, "100", 2 ** 60]) {
    liar.lies = { economics_getState: change({ fee_multiplier }) };
    assert.deepEqual(await pay(), ["NODE_MALFORMED", 3]);
  }
  assert.equal(world.node.pool.size, before);
});

test("pages, silence and absurd numbers in place of a balance are told apart", async (t) => {
  const { liar, session } = await start(t);
  const balance = () => refusal(showBalance(session));
  liar.lies = { state_getAccount: () => "<html>login</html>" };
  assert.deepEqual(await balance(), ["NODE_MALFORMED", 3]);
  liar.lies = { state_getAccount: () => undefined };
  assert.deepEqual(await balance(), ["NODE_TIMEOUT", 3]);
  liar.lies = { state_getAccount: change({ freeRaw: (2n ** 128n).toString() }) };
  assert.deepEqual(await balance(), ["NODE_MALFORMED", 3]);
  liar.lies = { state_getAccount: change({ freeRaw: (2n ** 128n - 1n).toString() }) };
  assert.deepEqual(await balance(), ["done", 0]);
  liar.lies = { state_getAccount: sayError(-32_603, "internal error") };
  assert.deepEqual(await balance(), ["NODE_ERROR", 1]);
});
