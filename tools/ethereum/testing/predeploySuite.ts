import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { concatHex, getContractAddress, type Hex, numberToHex, parseAbi, parseEther } from "viem";
import { ownArtifact } from "../artifacts.ts";
import { connect } from "../connect.ts";
import type { EthereumNode } from "../startAnvil.ts";

const FACE = "0x3600000000000000000000000000000000000000";
const LOG_EMITTER = "0x3600000000000000000000000000000000000001";
const DEPLOYER = "0x4e59b44847b379578588920cA78FbF26c0B4956C";
const MULTICALL3 = "0xcA11bde05977b3631167028862bE2a173976CA11";
const PERMIT2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
const HISTORY = "0x0000F90827F1C53a10cb7A02335B175320002935";
const erc20 = parseAbi([
  "function balanceOf(address) view returns (uint256)",
  "function symbol() view returns (string)",
]);

/** The contracts that a Kairos chain has from its first block on, where every tool expects them. */
export function predeploySuite(node: EthereumNode): void {
  describe(`predeployed contracts on ${node.name}`, () => {
    const { publicClient, wallet, address, mined, deploy, read, write } = connect(node);

    test("all of them have code", async () => {
      for (const account of [FACE, LOG_EMITTER, DEPLOYER, MULTICALL3, HISTORY, PERMIT2] as const) {
        assert.ok(((await publicClient.getCode({ address: account })) ?? "0x").length > 2, account);
      }
    });

    test("Multicall3 reads many contracts in one call, the face among them", async () => {
      const token = await deploy(ownArtifact("Token20"), ["Coin", "COIN", 500n]);
      const results = await publicClient.multicall({
        multicallAddress: MULTICALL3,
        allowFailure: false,
        contracts: [
          { address: FACE, abi: erc20, functionName: "symbol" },
          { address: token.address, abi: erc20, functionName: "balanceOf", args: [address(0)] },
          { address: FACE, abi: erc20, functionName: "balanceOf", args: [address(9)] },
        ],
      });
      const native = await publicClient.getBalance({ address: address(9) });
      assert.deepEqual(results, ["USDC", 500n, native / 10n ** 12n]);
    });

    test("the deterministic deployer creates where CREATE2 says", async () => {
      const salt = numberToHex(await publicClient.getBlockNumber(), { size: 32 });
      const code = concatHex([ownArtifact("Child").bytecode, numberToHex(9n, { size: 32 })]);
      const expected = getContractAddress({ opcode: "CREATE2", from: DEPLOYER, salt, bytecode: code });
      await mined(await wallet(0).sendTransaction({ to: DEPLOYER, data: concatHex([salt, code]) }));
      assert.equal(await read({ ...ownArtifact("Child"), address: expected }, "value"), 9n);
    });

    test("the history contract and BLOCKHASH know earlier blocks (EIP-2935)", async () => {
      const probe = await deploy(ownArtifact("Probe"), [1n]);
      await write(0, probe, "store", [1n, 1n]);
      await write(0, probe, "store", [1n, 2n]);
      const head = await publicClient.getBlock();
      const { data } = await publicClient.call({ to: HISTORY, data: numberToHex(head.number - 2n, { size: 32 }) });
      const known = await publicClient.getBlock({ blockNumber: head.number - 2n });
      assert.equal(data, known.hash);
      assert.equal(await read(probe, "hashOf", head.number - 2n), known.hash);
      assert.equal(await read(probe, "hashOf", head.number + 5n), `0x${"00".repeat(32)}`);
    });

    test("the native contracts take no value and no delegation", async () => {
      const gas = 200_000n;
      for (const native of [FACE, LOG_EMITTER] as const) {
        const hash = await wallet(0).sendTransaction({ to: native, value: parseEther("1"), gas });
        assert.equal((await publicClient.waitForTransactionReceipt({ hash })).status, "reverted");
        assert.equal(await publicClient.getBalance({ address: native }), 0n);
      }
      const authorization = await wallet(8).signAuthorization({ contractAddress: FACE });
      const request = { to: address(8), data: "0x95d89b41" as Hex, authorizationList: [authorization], gas };
      const hash = await wallet(0).sendTransaction(request);
      assert.equal((await publicClient.waitForTransactionReceipt({ hash })).status, "reverted");
    });
  });
}
