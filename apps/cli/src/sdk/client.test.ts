import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { keccak256 } from "@polis/crypto";
import { KairosClient, KairosError, PaymentBuilder, parseUsdc, signEthereum, usdc6, Wallet } from "@polis/sdk";
import { TestNetwork } from "../testing/network.ts";
import { type CutProxy, createCutProxy } from "./testing/cutProxy.ts";

let network: TestNetwork;
let proxies: { readonly jsonRpc: CutProxy; readonly grpc: CutProxy };
const shop = Wallet.generate("p256");

before(async () => {
  const rpc = { enabled: true, rate_limit_per_second: 0 };
  network = await TestNetwork.generate(1, {
    settings: { rpc, consensus: { n: 1, f: 0, empty_block_interval: "50ms" } },
  });
  await network.start();
  proxies = {
    jsonRpc: await createCutProxy(network.ports.jsonRpc),
    grpc: await createCutProxy(network.ports.grpc),
  };
});
after(async () => {
  await Promise.all([proxies.jsonRpc.close(), proxies.grpc.close()]);
  await network.close();
});

const account = (index: number) => Wallet.fromSecret("ed25519", `0x${network.made.accounts[index]!.secret}`);
const refused = (codeName: string) => (error: unknown) =>
  error instanceof KairosError && error.codeName === codeName ? true : assert.fail(String(error));

const links = [
  { name: "JSON-RPC", proxy: () => proxies.jsonRpc, connect: () => KairosClient.connect(proxies.jsonRpc.url), from: 0 },
  {
    name: "gRPC-Web",
    proxy: () => proxies.grpc,
    connect: () => KairosClient.connect({ grpc: proxies.grpc.url, jsonrpc: proxies.jsonRpc.url }),
    from: 4,
  },
];

for (const { name, proxy, connect, from } of links) {
  test(`${name}: a payment is sent, final, and found again in every way`, async () => {
    const client = await connect();
    assert.equal(client.chainId, 52_470n);
    const alice = account(from);
    const before = await client.accounts().get(alice.address);
    const payment = PaymentBuilder.pay(shop.address, "2.5", "hello").pay(account(7).address, usdc6(1n));
    const signed = await client.sign(payment, alice);
    const final = await client.submitAndWait(signed);
    assert.deepEqual(
      [final.status, final.hash, final.from, final.type],
      ["succeeded", signed.hash, alice.address, 0x4b],
    );
    assert.deepEqual(
      final.payments.map(({ to, amount, memo }) => [to, amount, memo]),
      [
        [shop.address, 2_500_000n, "0x68656c6c6f"],
        [account(7).address, 1n, "0x"],
      ],
    );
    assert.equal(final.logs.length, 3);
    assert.deepEqual(await client.submitAndWait(signed), final, "sending it again waits for the same thing");
    assert.equal(await client.transactions().submit(signed), signed.hash);
    assert.deepEqual(await client.transactions().get(signed.hash), final);
    assert.deepEqual(await client.transactions().status(signed.hash), { state: "final", height: final.height });
    const block = await client.blocks().get(final.height, { withTransactions: true });
    assert.equal(block?.hash, final.blockHash);
    assert.equal(block?.timestampMs, final.timestampMs);
    assert.deepEqual(block?.transactions?.[final.index]?.payments, final.payments);
    assert.equal((await client.blocks().get(final.blockHash))?.height, final.height);
    const paid = await client.accounts().get(alice.address);
    assert.equal(paid.balance, before.balance - 2_500_001n * 10n ** 12n - final.fee);
    assert.equal(paid.nonce, before.nonce + 1n);
    assert.equal(await client.accounts().nextNonce(alice.address), paid.nonce);
    const { entries } = await client.accounts().history(shop.address, { role: "recipient", limit: 1 });
    assert.deepEqual(entries, [{ role: "recipient", transaction: final }]);
    const light = client.light(network.genesisText());
    assert.equal((await light.payment(final.hash)).block.height, final.height);
    assert.ok((await light.balance(shop.address)).usdc6 >= parseUsdc("2.5"));
  });

  test(`${name}: errors have the codes of kairos 7.6, and what is not there is undefined`, async () => {
    const client = await connect();
    const alice = account(from + 1);
    const place = { chainId: client.chainId, nonce: 0n };
    const none = `0x${"12".repeat(32)}` as const;
    assert.equal(await client.transactions().get(none), undefined);
    assert.equal(await client.blocks().get(none), undefined);
    assert.equal(await client.blocks().get(2 ** 40), undefined);
    assert.deepEqual(await client.transactions().status(none), { state: "unknown" });
    assert.equal((await client.accounts().get(none.slice(0, 42))).exists, false);
    const huge = PaymentBuilder.pay(shop.address, "100000000").sign(alice, place);
    await assert.rejects(client.transactions().submit(huge), refused("INSUFFICIENT_BALANCE"));
    await assert.rejects(client.submitAndWait(huge), refused("INSUFFICIENT_BALANCE"));
    const elsewhere = PaymentBuilder.pay(shop.address, "1").sign(alice, { chainId: 1n, nonce: 0n });
    await assert.rejects(client.submitAndWait(elsewhere), refused("WRONG_CHAIN"));
    const cheap = PaymentBuilder.pay(shop.address, "1").maxFee(1n).sign(alice, place);
    await assert.rejects(client.submitAndWait(cheap), refused("FEE_TOO_LOW"));
    const past = PaymentBuilder.pay(shop.address, "1").validBefore(1_000).sign(alice, place);
    await assert.rejects(client.submitAndWait(past), refused("EXPIRED"));
    await assert.rejects(client.submitAndWait("0x4bc0"), refused("INVALID_FORMAT"));
    await client.pay(PaymentBuilder.pay(shop.address, "1"), alice);
    await assert.rejects(client.submitAndWait(PaymentBuilder.pay(shop.address, "2").sign(alice, place)), (error) => {
      assert.ok(error instanceof KairosError);
      assert.deepEqual([error.codeName, error.code], ["NONCE_TOO_LOW", 6]);
      return refused("NONCE_TOO_LOW")(error);
    });
  });

  test(`${name}: streams go on over broken connections without a gap or a repetition`, async () => {
    const client = await connect();
    const alice = account(from + 2);
    let breaks = 0;
    const seen: number[] = [];
    const fromHeight = Math.max(1, (await client.blocks().latest()).height - 1);
    const options = { fromHeight, onBreak: () => breaks++ };
    for await (const block of client.subscribe().blocks(options)) {
      seen.push(block.height);
      if (seen.length % 4 === 0) proxy().cut();
      if (seen.length === 18) break;
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 18 }, (_, i) => fromHeight + i),
    );
    // A reader that is behind notices a cut only when it has caught up.
    assert.ok(breaks >= 1, `${breaks} breaks`);

    const hashes: string[] = [];
    const start = (await client.blocks().latest()).height + 1;
    const sending = (async () => {
      for (let i = 0; i < 4; i++) hashes.push((await client.pay(PaymentBuilder.pay(shop.address, "1"), alice)).hash);
    })();
    // Without all payments the loop below would wait for ever.
    const failed = new AbortController();
    sending.catch((error: unknown) => failed.abort(error));
    const entries: string[] = [];
    const watching = { fromHeight: start, signal: failed.signal };
    for await (const { role, transaction } of client.subscribe().address(alice.address, watching)) {
      assert.equal(role, "sender");
      entries.push(transaction.hash);
      if (entries.length === 4) break;
    }
    await sending;
    assert.deepEqual(entries, hashes);
    const filtered: string[] = [];
    const filter = { addresses: [alice.address], types: [0x4b], minValue: 10n ** 18n };
    for await (const transaction of client.subscribe().transactions(filter, { fromHeight: start })) {
      assert.equal(transaction.status, "succeeded");
      filtered.push(transaction.hash);
      if (filtered.length === 4) break;
    }
    assert.deepEqual(filtered, hashes);
  });

  test(`${name}: a stream ends with its signal, and a wait with its time`, async () => {
    const client = await connect();
    const stop = new AbortController();
    const heights: number[] = [];
    for await (const { height } of client.subscribe().blocks({ signal: stop.signal })) {
      heights.push(height);
      stop.abort();
    }
    assert.equal(heights.length, 1);
    const alice = account(from + 3);
    const gap = PaymentBuilder.pay(shop.address, "1").sign(alice, { chainId: client.chainId, nonce: 5n });
    const startedMs = performance.now();
    await assert.rejects(client.submitAndWait(gap, { timeoutMs: 300 }), (error) => {
      assert.ok(error instanceof KairosError);
      return ["TIMEOUT", "NONCE_TOO_HIGH"].includes(error.codeName);
    });
    assert.ok(performance.now() - startedMs < 15_000, "not the 30 s of a call that says nothing");
  });
}

test("gRPC-Web alone proves finality, and says what it cannot prove", async () => {
  const client = await KairosClient.connect({ grpc: proxies.grpc.url });
  const light = client.light(network.genesisText());
  const block = await light.latest();
  assert.equal((await client.blocks().get(block.height))?.hash, block.hash);
  await assert.rejects(light.balance(shop.address), { code: "CONFIGURATION" });
});

test("Ethereum's transactions go the same way", async () => {
  const client = await KairosClient.connect(proxies.jsonRpc.url);
  const carol = Wallet.generate("secp256k1");
  await client.pay(PaymentBuilder.pay(carol.address, "3"), account(3));
  const fields = { chainId: client.chainId, nonce: 0n, gas: 60_000n, maxFeePerGas: 10n ** 11n };
  const sent = await client.submitAndWait(signEthereum(carol, { ...fields, to: shop.address, value: 10n ** 18n }));
  assert.deepEqual([sent.status, sent.from, sent.to, sent.type], ["succeeded", carol.address, shop.address, 2]);
  const code = new TextEncoder().encode("not code");
  const failed = await client.submitAndWait(
    signEthereum(carol, { ...fields, nonce: 1n, data: `0xfe${keccak256(code).toHex()}` }),
  );
  assert.equal(failed.status, "failed");
});

test("calls are tried again on UNAVAILABLE only, three times at most", async (t) => {
  let requests = 0;
  let answer = (count: number): { readonly status: number; readonly body: string } => ({
    status: 503,
    body: `${count}`,
  });
  const server = createServer((_request, response) => {
    const { status, body } = answer(++requests);
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const asked = async (expected: RegExp | undefined) => {
    requests = 0;
    if (expected === undefined) await KairosClient.connect(url);
    else await assert.rejects(KairosClient.connect(url), expected);
    return requests;
  };
  assert.equal(await asked(/503/), 4);
  answer = (count) => ({ status: count < 3 ? 503 : 200, body: '{"jsonrpc":"2.0","id":1,"result":"0x1"}' });
  assert.equal(await asked(undefined), 3);
  answer = () => ({ status: 200, body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"broken"}}' });
  assert.equal(await asked(/broken/), 1);
  answer = () => ({ status: 200, body: "<html>" });
  assert.equal(await asked(/no JSON-RPC/), 1);
  answer = () => ({ status: 200, body: " ".repeat(33 * 1024 * 1024) });
  assert.equal(await asked(/more than/), 1);
  await assert.rejects(KairosClient.connect("ws://127.0.0.1:1"), { code: "CONFIGURATION" });
  await assert.rejects(KairosClient.connect({}), { code: "CONFIGURATION" });
  await assert.rejects(KairosClient.connect(proxies.jsonRpc.url, { chainId: 1n }), refused("WRONG_CHAIN"));
  assert.equal((await KairosClient.connect(proxies.jsonRpc.url, { chainId: 52_470n })).chainId, 52_470n);
  await assert.rejects(KairosClient.connect(url, { timeoutMs: 0 }), { code: "CONFIGURATION" });
});
