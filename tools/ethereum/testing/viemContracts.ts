import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type BaseError, ContractFunctionRevertedError, createPublicClient, type Hex, http, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ownArtifact } from "../artifacts.ts";
import { connect, type Deployed } from "../connect.ts";
import type { EthereumNode } from "../startAnvil.ts";
import { once } from "./once.ts";

const ONE = parseEther("1");

/** viem deploys a contract, calls it, finds its events and decodes its failures. */
export function viemContracts(node: EthereumNode): void {
  describe(`viem uses contracts on ${node.name}`, () => {
    const { chain, publicClient, wallet, address, mined, deploy, read, write } = connect(node);
    const deployed = once(() => deploy(ownArtifact("Probe"), [5n]));

    test("a contract deploys, answers calls and changes its storage", async () => {
      const contract = await deployed();
      assert.equal(await read(contract, "seed"), 5n);
      const gas = await publicClient.estimateContractGas({
        ...contract,
        functionName: "store",
        args: [1n, 99n],
        account: address(0),
      });
      const receipt = await write(0, contract, "store", [1n, 99n]);
      assert.ok(gas >= receipt.gasUsed && gas < (receipt.gasUsed * 3n) / 2n, `${gas} for ${receipt.gasUsed}`);
      assert.equal(await read(contract, "stored", 1n), 99n);
      assert.equal(
        await publicClient.getStorageAt({ address: contract.address, slot: "0x1" }),
        `0x${"63".padStart(64, "0")}`,
      );
      const code = await publicClient.getCode({ address: contract.address });
      assert.ok(code!.length > 100);
    });

    test("events are found by their indexed arguments, and come once through a polled filter", async () => {
      const contract = await deployed();
      const valuesOf = (logs: readonly unknown[]) => logs.map((log) => (log as { args: { value: bigint } }).args.value);
      const filter = await publicClient.createContractEventFilter({
        ...contract,
        eventName: "Stored",
        args: { key: 42n } as never,
      });
      const first = await write(0, contract, "store", [42n, 1n]);
      await write(0, contract, "store", [43n, 2n]);
      await write(1, contract, "store", [42n, 3n]);
      assert.deepEqual(valuesOf(await publicClient.getFilterChanges({ filter })), [1n, 3n]);
      assert.deepEqual(await publicClient.getFilterChanges({ filter }), []);
      assert.equal(await publicClient.uninstallFilter({ filter }), true);
      const found = await publicClient.getContractEvents({
        ...contract,
        eventName: "Stored",
        args: { by: [address(0), address(1)], key: [42n, 43n] },
        fromBlock: first.blockNumber,
      });
      assert.deepEqual(valuesOf(found), [1n, 2n, 3n]);
    });

    test("a new block filter names each block once", async () => {
      const filter = await publicClient.createBlockFilter();
      const receipts = [];
      for (const value of [1n, 2n])
        receipts.push(await mined(await wallet(0).sendTransaction({ to: address(1), value })));
      const hashes = await publicClient.getFilterChanges({ filter });
      for (const { blockHash } of receipts) assert.equal(hashes.filter((hash) => hash === blockHash).length, 1);
      // A chain may make blocks without transactions too: then they are named as well.
      const blocks = await Promise.all(hashes.map((blockHash) => publicClient.getBlock({ blockHash })));
      const first = blocks[0]!.number;
      assert.deepEqual(
        blocks.map((block) => block.number - first),
        [...blocks.keys()].map(BigInt),
      );
    });

    test("failures arrive decoded: reason, custom error, panic, and none", async () => {
      const contract = await deployed();
      assert.equal((await failure(contract, "failWithReason")).reason, "Probe: no");
      const custom = await failure(contract, "failWithError", [77n]);
      assert.equal(custom.data?.errorName, "Refused");
      assert.equal(custom.data?.args?.[1], 77n);
      assert.equal((await failure(contract, "failWithPanic", [0n])).data?.errorName, "Panic");
      assert.equal((await failure(contract, "failSilently")).raw ?? "0x", "0x");
      await assert.rejects(read(contract, "burnAllGas"));
      await assert.rejects(
        publicClient.estimateContractGas({ ...contract, functionName: "failWithReason", account: address(0) }),
        /Probe: no/,
      );
    });

    test("a transaction that reverts is mined with status 0 and pays for its gas", async () => {
      const contract = await deployed();
      const request = { ...contract, functionName: "failWithReason", args: [], gas: 100_000n };
      const hash = await wallet(0).writeContract(request);
      const receipt = await publicClient.waitForTransactionReceipt({ hash });
      assert.equal(receipt.status, "reverted");
      assert.ok(receipt.gasUsed > 21_000n && receipt.gasUsed < 100_000n);
      const burnt = await wallet(0).writeContract({ ...contract, functionName: "burnAllGas", args: [], gas: 100_000n });
      assert.equal((await publicClient.waitForTransactionReceipt({ hash: burnt })).gasUsed, 100_000n);
    });

    test("calls see overrides of state, and leave none", async () => {
      const contract = await deployed();
      const slot = `0x${"1".padStart(64, "0")}` as Hex;
      const overridden = await publicClient.readContract({
        ...contract,
        functionName: "last",
        stateOverride: [{ address: contract.address, stateDiff: [{ slot, value: `0x${"7b".padStart(64, "0")}` }] }],
      });
      assert.equal(overridden, 123n);
      assert.notEqual(await read(contract, "last"), 123n);
      const poor = privateKeyToAccount(`0x${"22".repeat(32)}`).address;
      const { result } = await publicClient.simulateContract({
        ...contract,
        functionName: "environment",
        account: poor,
        value: ONE,
        stateOverride: [{ address: poor, balance: 10n * ONE }],
      });
      const [chainId, , , , origin, value] = result as readonly [bigint, bigint, bigint, bigint, string, bigint];
      assert.deepEqual([chainId, origin, value], [BigInt(chain.id), poor, ONE]);
    });

    test("an access list names the slots that a call touches", async () => {
      const contract = await deployed();
      const { accessList } = await publicClient.createAccessList({
        to: contract.address,
        data: "0x47799da8", // last()
        account: address(0),
      });
      assert.equal(accessList.length, 1);
      assert.deepEqual(accessList[0]?.storageKeys, [`0x${"1".padStart(64, "0")}`]);
    });

    test("value sent through a contract reaches both accounts", async () => {
      const contract = await deployed();
      const [a, b] = [
        privateKeyToAccount(`0x${"33".repeat(32)}`).address,
        privateKeyToAccount(`0x${"34".repeat(32)}`).address,
      ];
      const had = await Promise.all([a, b].map((address) => publicClient.getBalance({ address })));
      await write(0, contract, "split", [a, b], 10n * ONE);
      const has = await Promise.all([a, b].map((address) => publicClient.getBalance({ address })));
      assert.deepEqual(
        has.map((balance, i) => balance - had[i]!),
        [5n * ONE, 5n * ONE],
      );
      assert.equal(await publicClient.getBalance({ address: contract.address }), 0n);
    });

    test("a batch of requests is one message, answered in full", async () => {
      const batched = createPublicClient({ chain: chain, transport: http(node.url, { batch: true }) });
      const answers = await Promise.all([
        batched.getChainId(),
        batched.getBalance({ address: address(4) }),
        batched.getTransactionCount({ address: address(4) }),
        batched.getBlock(),
        batched.getGasPrice(),
      ]);
      assert.equal(answers[0], chain.id);
      assert.ok(answers[3].number > 0n);
    });

    test("several blocks can be simulated ahead", async () => {
      const contract = await deployed();
      const results = await publicClient.simulateBlocks({
        blocks: [
          {
            calls: [
              { account: address(0), to: contract.address, abi: contract.abi, functionName: "store", args: [9n, 8n] },
            ],
          },
          { calls: [{ account: address(0), to: contract.address, abi: contract.abi, functionName: "last" }] },
        ],
      });
      assert.equal(results.length, 2);
      assert.equal(results[0]!.calls[0]!.status, "success");
      assert.equal((results[1]!.calls[0] as { result?: unknown }).result, 8n);
      assert.notEqual(await read(contract, "last"), 8n);
    });

    async function failure(contract: Deployed, functionName: string, args: readonly unknown[] = []) {
      try {
        await publicClient.readContract({ ...contract, functionName, args, account: address(0) });
      } catch (error) {
        const reverted = (error as BaseError).walk((e) => e instanceof ContractFunctionRevertedError);
        if (reverted instanceof ContractFunctionRevertedError) return reverted;
        throw error;
      }
      return assert.fail(`${functionName} did not fail`);
    }

    test("children made by a contract have the address that CREATE2 says, and can end", async () => {
      const contract = await deployed();
      const salt = `0x${"05".repeat(32)}` as Hex;
      const { result } = await publicClient.simulateContract({
        ...contract,
        functionName: "makeChild",
        args: [salt, 6n],
        value: ONE,
        account: address(0),
      });
      await write(0, contract, "makeChild", [salt, 6n], ONE);
      const child = { ...ownArtifact("Child"), address: result as Hex };
      assert.equal(await read(child, "value"), 6n);
      await write(0, child, "end", [address(5)]);
      assert.equal(await publicClient.getBalance({ address: child.address }), 0n);
      // Since Cancun the code of a contract from an earlier transaction stays.
      assert.equal(await read(child, "value"), 6n);
      await mined(await wallet(0).sendTransaction({ to: address(1), value: 1n }));
    });
  });
}
