import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import {
  Contract,
  ContractFactory,
  HDNodeWallet,
  isCallException,
  JsonRpcProvider,
  Mnemonic,
  NonceManager,
  parseEther,
  verifyTypedData,
  WebSocketProvider,
} from "ethers";
import { TEST_MNEMONIC } from "../accounts.ts";
import { ownArtifact } from "../artifacts.ts";
import type { EthereumNode } from "../startAnvil.ts";
import { once } from "./once.ts";

/** What applications do with ethers 6: send, deploy, call, watch, sign, delegate, and read what went wrong. */
export function ethersSuite(node: EthereumNode): void {
  describe(`ethers on ${node.name}`, () => {
    const provider = new JsonRpcProvider(node.url, undefined, { polling: true, pollingInterval: 50, cacheTimeout: -1 });
    after(() => provider.destroy());
    const wallet = (index: number) =>
      HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(TEST_MNEMONIC), `m/44'/60'/0'/0/${index}`).connect(provider);
    const signer = wallet(7);
    const { abi, bytecode } = ownArtifact("Probe");
    const deployed = once(async () => {
      const contract = await new ContractFactory(abi as never, bytecode, signer).deploy(9n);
      await contract.waitForDeployment();
      return new Contract(await contract.getAddress(), abi as never, signer);
    });

    test("sends value and waits for its receipt", async () => {
      const to = HDNodeWallet.createRandom().address;
      const sent = await signer.sendTransaction({ to, value: parseEther("0.5") });
      const receipt = await sent.wait();
      assert.equal(receipt?.status, 1);
      assert.equal(await provider.getBalance(to), parseEther("0.5"));
      assert.equal((await provider.getTransaction(sent.hash))?.type, 2);
      const block = await provider.getBlock(receipt!.blockNumber, true);
      assert.equal(block?.prefetchedTransactions.at(-1)?.hash, sent.hash);
      assert.equal((await provider.getNetwork()).chainId, 31_337n);
    });

    test("deploys a contract, calls and changes it", async () => {
      const contract = await deployed();
      assert.equal(await contract.getFunction("seed").staticCall(), 9n);
      const store = contract.getFunction("store");
      assert.equal(await store.staticCall(1n, 2n), 0n);
      const gas = await store.estimateGas(1n, 2n);
      const receipt = await (await store.send(1n, 2n)).wait();
      assert.ok(gas >= receipt!.gasUsed);
      assert.equal(await contract.getFunction("stored").staticCall(1n), 2n);
      const event = contract.interface.parseLog(receipt!.logs[0]!);
      assert.deepEqual([event?.name, event?.args.by, event?.args.value], ["Stored", signer.address, 2n]);
      const found = await contract.queryFilter(contract.filters.Stored!(signer.address, 1n), receipt!.blockNumber);
      assert.equal(found.length, 1);
    });

    test("failures are decoded: reason, custom error, panic", async () => {
      const contract = await deployed();
      const failure = async (name: string, ...args: unknown[]) => {
        const error = await contract
          .getFunction(name)
          .staticCall(...args)
          .catch((e: unknown) => e);
        assert.ok(isCallException(error as Error), String(error));
        return error as { reason: string | null; revert: { name: string; args: unknown[] } | null };
      };
      assert.equal((await failure("failWithReason")).reason, "Probe: no");
      const custom = await failure("failWithError", 5n);
      assert.deepEqual([custom.revert?.name, custom.revert?.args[1]], ["Refused", 5n]);
      assert.equal((await failure("failWithPanic", 0n)).revert?.name, "Panic");
      const mined = await contract.getFunction("failWithReason").send({ gasLimit: 90_000n });
      await assert.rejects(
        mined.wait(),
        (error) =>
          isCallException(error as Error) && (error as never as { receipt: { status: number } }).receipt.status === 0,
      );
    });

    test("a contract's events arrive over WebSocket", async (t) => {
      const contract = await deployed();
      const socket = new WebSocketProvider(node.wsUrl);
      t.after(() => socket.destroy());
      const listening = contract.connect(socket) as Contract;
      const seen = Promise.withResolvers<bigint>();
      await listening.on(listening.filters.Stored!(null, 1234n), (payload: { args: { value: bigint } }) =>
        seen.resolve(payload.args.value),
      );
      // ethers subscribes a little after it says so. By the second answer on the same socket the node has subscribed us.
      for (let i = 0; i < 2; i++) await socket.send("net_version", []);
      await (await contract.getFunction("store").send(1234n, 77n)).wait();
      assert.equal(await seen.promise, 77n);
    });

    test("blocks and events arrive by polling", async () => {
      const contract = await deployed();
      const seen = Promise.withResolvers<number>();
      const event = Promise.withResolvers<bigint>();
      const start = await provider.getBlockNumber();
      await provider.on("block", (number: number) => number > start && seen.resolve(number));
      await contract.on("Stored", (_by, key: bigint, value: bigint) => key === 4321n && event.resolve(value));
      await (await contract.getFunction("store").send(4321n, 78n)).wait();
      assert.ok((await seen.promise) > start);
      // The first poll decides where the watcher starts; another event comes surely after it.
      await (await contract.getFunction("store").send(4321n, 78n)).wait();
      assert.equal(await event.promise, 78n);
      await contract.removeAllListeners();
      await provider.removeAllListeners();
    });

    test("a nonce manager sends many transactions without waiting", async () => {
      const managed = new NonceManager(wallet(8));
      const to = wallet(9).address;
      const before = await provider.getBalance(to);
      const sent = await Promise.all(Array.from({ length: 12 }, () => managed.sendTransaction({ to, value: 1n })));
      const receipts = await Promise.all(sent.map((transaction) => transaction.wait()));
      assert.ok(receipts.every((receipt) => receipt?.status === 1));
      assert.equal(await provider.getBalance(to), before + 12n);
    });

    test("typed data and delegations are signed", async () => {
      const domain = { name: "Polis", version: "1", chainId: 31_337, verifyingContract: signer.address };
      const types = {
        Note: [
          { name: "text", type: "string" },
          { name: "number", type: "uint256" },
        ],
      };
      const note = { text: "agora", number: 4n };
      assert.equal(
        verifyTypedData(domain, types, note, await signer.signTypedData(domain, types, note)),
        signer.address,
      );

      const contract = await deployed();
      const account = wallet(9);
      const nonce = await account.getNonce();
      const authorization = await account.authorize({ address: await contract.getAddress(), nonce: nonce + 1 });
      const sent = await account.sendTransaction({ to: account.address, authorizationList: [authorization] });
      assert.equal((await sent.wait())?.type, 4);
      assert.ok((await provider.getCode(account.address)).startsWith("0xef0100"));
    });

    test("fee data and a legacy transaction fit", async () => {
      const fees = await provider.getFeeData();
      assert.ok(fees.maxFeePerGas! > 0n && fees.gasPrice! > 0n);
      const sent = await signer.sendTransaction({ to: signer.address, type: 0, gasPrice: fees.gasPrice! });
      assert.equal((await sent.wait())?.type, 0);
    });
  });
}
