import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { privateKeyOf, TEST_ACCOUNTS } from "../accounts.ts";
import { ownArtifact } from "../artifacts.ts";
import { type EthereumNode, foundryProgram, withoutFoundry } from "../startAnvil.ts";
import { once } from "./once.ts";

const execute = promisify(execFile);

/** What people do at a terminal with Foundry's cast. */
export function castSuite(node: EthereumNode): void {
  describe(`cast on ${node.name}`, { skip: withoutFoundry("cast") }, () => {
    const program = foundryProgram("cast")!;
    const [from, to] = [TEST_ACCOUNTS[4]!.address, TEST_ACCOUNTS[5]!.address];
    const key = ["--private-key", privateKeyOf(4)];
    const cast = async (...args: string[]) => {
      const { stdout } = await execute(program, args, {
        env: { ...process.env, ETH_RPC_URL: node.url, NO_COLOR: "1" },
      });
      return stdout.trim();
    };
    const send = async (...args: string[]) => JSON.parse(await cast("send", "--json", ...key, ...args)) as Receipt;
    const deployed = once(async () => {
      const { bytecode } = ownArtifact("Probe");
      const seed = "5".padStart(64, "0");
      return (await send("--create", bytecode + seed)).contractAddress;
    });

    test("send, balance, nonce, receipt, tx, block", async () => {
      const before = BigInt(await cast("balance", to));
      const nonce = Number(await cast("nonce", from));
      const receipt = await send(to, "--value", "1ether");
      assert.equal(receipt.status, "0x1");
      assert.equal(BigInt(await cast("balance", to)), before + 10n ** 18n);
      assert.equal(Number(await cast("nonce", from)), nonce + 1);
      assert.equal(await cast("receipt", receipt.transactionHash, "gasUsed"), "21000");
      assert.equal(await cast("tx", receipt.transactionHash, "value"), `${10n ** 18n}`);
      assert.equal(await cast("block", `${BigInt(receipt.blockNumber)}`, "--field", "hash"), receipt.blockHash);
      assert.equal(await cast("chain-id"), "31337");
    });

    test("legacy and access list transactions", async () => {
      assert.equal((await send(to, "--value", "1", "--legacy")).type, "0x0");
      const contract = await deployed();
      const receipt = await send(contract, "store(uint256,uint256)", "7", "8", "--access-list");
      assert.ok(["0x1", "0x2"].includes(receipt.type));
    });

    test("create, call, estimate, storage, code, logs", async () => {
      const contract = await deployed();
      assert.equal(await cast("call", contract, "seed()(uint256)"), "5");
      const estimate = Number(await cast("estimate", contract, "store(uint256,uint256)", "1", "2", "--from", from));
      const receipt = await send(contract, "store(uint256,uint256)", "1", "2");
      assert.ok(estimate >= Number(receipt.gasUsed));
      assert.equal(await cast("call", contract, "stored(uint256)(uint256)", "1"), "2");
      assert.equal(BigInt(await cast("storage", contract, "1")), 2n);
      assert.ok((await cast("code", contract)).length > 100);
      const logs = JSON.parse(
        await cast(
          "logs",
          "--json",
          "--from-block",
          `${BigInt(receipt.blockNumber)}`,
          "--address",
          contract,
          "Stored(address indexed,uint256 indexed,uint256)",
        ),
      ) as readonly { transactionHash: string }[];
      assert.deepEqual(
        logs.map((log) => log.transactionHash),
        [receipt.transactionHash],
      );
    });

    test("a revert is told in words", async () => {
      const contract = await deployed();
      await assert.rejects(cast("call", contract, "failWithReason()"), /Probe: no/);
      await assert.rejects(cast("estimate", contract, "failWithReason()"), /Probe: no/);
    });

    test("a mined transaction is replayed with its trace", async () => {
      const contract = await deployed();
      const receipt = await send(contract, "pay(address,uint256)", to, "3", "--value", "3");
      assert.match(await cast("run", "--quick", receipt.transactionHash), /Transaction successfully executed/);
      const trace = JSON.parse(
        await cast("rpc", "debug_traceTransaction", receipt.transactionHash, '{"tracer":"callTracer"}'),
      ) as { calls: readonly { value: string }[] };
      assert.equal(trace.calls[0]?.value, "0x3");
    });

    test("delegation by cast (EIP-7702) and a raw transaction made apart", async () => {
      const contract = await deployed();
      const receipt = await send(from, "--auth", contract);
      assert.equal(receipt.type, "0x4");
      assert.equal(await cast("code", from), `0xef0100${contract.slice(2).toLowerCase()}`);
      const raw = await cast("mktx", ...key, to, "--value", "5");
      const published = JSON.parse(await cast("publish", raw)) as Receipt;
      assert.equal(published.status, "0x1");
      assert.match(await cast("gas-price"), /^\d+$/);
      assert.match(await cast("proof", contract), /accountProof/);
    });

    test("typed data signed by cast is by the account", async () => {
      const data = JSON.stringify({
        types: { EIP712Domain: [{ name: "name", type: "string" }], Note: [{ name: "text", type: "string" }] },
        primaryType: "Note",
        domain: { name: "Polis" },
        message: { text: "agora" },
      });
      const signature = await cast("wallet", "sign", ...key, "--data", data);
      const ours = await TEST_ACCOUNTS[4]!.signTypedData(JSON.parse(data));
      assert.equal(signature, ours);
    });
  });
}

interface Receipt {
  readonly status: string;
  readonly type: string;
  readonly gasUsed: string;
  readonly blockNumber: string;
  readonly blockHash: string;
  readonly transactionHash: string;
  readonly contractAddress: string;
}
