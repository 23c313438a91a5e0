import assert from "node:assert/strict";
import { test } from "node:test";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestNode } from "../testing/testNode.ts";

const [alice, bob, poor] = [testSigner(1), testSigner(2), testSigner(3)];
const genesis = testGenesis({ funded: [alice.address] });

function payment(nonce: bigint, signer = alice): Uint8Array {
  const payments = [{ to: bob.address, amount: 1_000n }];
  return signPayment(buildPayment({ chainId: genesis.params.chainId, nonce, payments }), signer);
}

/** A timer that a test lets ring. */
function timer() {
  const set: { ms: number; ring: () => void }[] = [];
  const after = (ms: number, ring: () => void) => {
    set.push({ ms, ring });
    return () => {};
  };
  return { set, after };
}

test("the receipt comes when the transaction is final, not before (J4)", async () => {
  const { after, set } = timer();
  const node = createTestNode(genesis, { after });
  let answered = false;
  const waiting = node.call("eth_sendRawTransactionSync", payment(0n), 5_000n).then((answer) => {
    answered = true;
    return answer as { status: string; blockHash: string };
  });
  await Promise.resolve();
  const digest = node.build();
  await Promise.resolve();
  assert.equal(answered, false);
  await node.finalize(digest);
  const receipt = await waiting;
  assert.deepEqual([receipt.status, receipt.blockHash], ["0x1", `0x${digest}`]);
  assert.equal(set[0]?.ms, 5_000);
  // A transaction that is final already is answered at once.
  assert.deepEqual(await node.call("eth_sendRawTransactionSync", payment(0n)), receipt);
});

test("absent, zero and too large times use the default; the timeout is code 4 with the hash", async () => {
  for (const wanted of [undefined, 0n, 10_001n, 1n << 60n]) {
    const { after, set } = timer();
    const node = createTestNode(genesis, { after });
    const waiting = node.call("eth_sendRawTransactionSync", payment(0n), wanted);
    await new Promise(setImmediate);
    assert.equal(set[0]?.ms, 2_000);
    set[0].ring();
    const error = (await waiting) as { code: number; data: string };
    assert.equal(error.code, 4);
    assert.equal(node.backend.unfinal(error.data.slice(2) as never)?.state, "pending");
  }
});

test("a nonce gap and missing funds are code 5 with the hash", async () => {
  const node = createTestNode(genesis);
  const gap = (await node.call("eth_sendRawTransactionSync", payment(3n))) as {
    code: number;
    data: { hash: string; expectedNonce: string };
  };
  assert.deepEqual([gap.code, gap.data.expectedNonce, gap.data.hash.length], [5, "0x0", 66]);
  const far = (await node.call("eth_sendRawTransactionSync", payment(5_000n))) as typeof gap;
  assert.deepEqual([far.code, far.data.expectedNonce], [5, "0x0"]);
  const funds = (await node.call("eth_sendRawTransactionSync", payment(0n, poor))) as typeof gap;
  assert.deepEqual([funds.code, funds.data.hash.length], [5, 66]);
  const broken = (await node.call("eth_sendRawTransactionSync", Uint8Array.of(0x4b, 1))) as { code: number };
  assert.equal(broken.code, -32602);
});

test("a caller that leaves ends the wait (J7)", async () => {
  const node = createTestNode(genesis);
  const leaving = new AbortController();
  const { kairosApi } = await import("./kairosApi.ts");
  const waiting = kairosApi.eth_sendRawTransactionSync!.handle(node.backend, [payment(0n), undefined], {
    signal: leaving.signal,
  });
  await new Promise(setImmediate);
  leaving.abort();
  const answer = await waiting;
  assert.equal(answer.ok ? 0 : answer.error.code, 4);
});
