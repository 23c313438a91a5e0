import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Address, getAddress, parseEther, parseEventLogs, zeroAddress } from "viem";
import { npmArtifact, ownArtifact } from "../artifacts.ts";
import { connect } from "../connect.ts";
import type { EthereumNode } from "../startAnvil.ts";

const NEVER = 2n ** 64n;
const FEE = 3_000;
const SQRT_PRICE_ONE = 2n ** 96n;
const Q128 = 2n ** 128n - 1n;

/** Uniswap v3 from its npm bytecode: the largest contracts in wide use, close to the code size limit. */
export function uniswapV3Suite(node: EthereumNode): void {
  describe(`Uniswap v3 on ${node.name}`, () => {
    const { address, deploy, read, write } = connect(node);

    test("a position is minted, swapped against, earns fees and is closed", async () => {
      const factory = await deploy(
        npmArtifact("@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json"),
      );
      const weth = await deploy(npmArtifact("@uniswap/v2-periphery/build/WETH9.json"));
      const periphery = "@uniswap/v3-periphery/artifacts/contracts";
      const router = await deploy(npmArtifact(`${periphery}/SwapRouter.sol/SwapRouter.json`), [
        factory.address,
        weth.address,
      ]);
      const manager = await deploy(
        npmArtifact(`${periphery}/NonfungiblePositionManager.sol/NonfungiblePositionManager.json`),
        [factory.address, weth.address, zeroAddress],
      );
      const made = [
        await deploy(ownArtifact("Token20"), ["A", "A", parseEther("1000000")]),
        await deploy(ownArtifact("Token20"), ["B", "B", parseEther("1000000")]),
      ];
      const [token0, token1] = made.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1)) as [
        (typeof made)[0],
        (typeof made)[0],
      ];
      for (const token of made) {
        for (const spender of [router, manager]) await write(0, token, "approve", [spender.address, 2n ** 256n - 1n]);
      }

      await write(0, manager, "createAndInitializePoolIfNecessary", [
        token0.address,
        token1.address,
        FEE,
        SQRT_PRICE_ONE,
      ]);
      const pool = {
        ...npmArtifact("@uniswap/v3-core/artifacts/contracts/UniswapV3Pool.sol/UniswapV3Pool.json"),
        address: (await read(factory, "getPool", token0.address, token1.address, FEE)) as Address,
      };
      const position = {
        token0: token0.address,
        token1: token1.address,
        fee: FEE,
        tickLower: -6_000,
        tickUpper: 6_000,
        amount0Desired: parseEther("1000"),
        amount1Desired: parseEther("1000"),
        amount0Min: 0n,
        amount1Min: 0n,
        recipient: address(0),
        deadline: NEVER,
      };
      const minted = await write(0, manager, "mint", [position]);
      const [increase] = parseEventLogs({ abi: manager.abi, logs: minted.logs, eventName: "IncreaseLiquidity" });
      const { tokenId, liquidity } = increase!.args as unknown as { tokenId: bigint; liquidity: bigint };
      assert.equal(await read(pool, "liquidity"), liquidity);
      assert.equal(getAddress((await read(manager, "ownerOf", tokenId)) as Address), getAddress(address(0)));

      const swap = {
        tokenIn: token0.address,
        tokenOut: token1.address,
        fee: FEE,
        recipient: address(1),
        deadline: NEVER,
        amountIn: parseEther("10"),
        amountOutMinimum: 0n,
        sqrtPriceLimitX96: 0n,
      };
      await write(0, router, "exactInputSingle", [swap]);
      const got = (await read(token1, "balanceOf", address(1))) as bigint;
      // 0.3 % is the fee; the price moves by about 10 of 3,860 virtual units.
      assert.ok(got > parseEther("9.93") && got < parseEther("9.97"), `${got}`);
      const [, tick] = (await read(pool, "slot0")) as readonly [bigint, number];
      assert.ok(tick < 0);
      const greedy = [{ ...swap, amountOutMinimum: parseEther("10") }];
      await assert.rejects(write(0, router, "exactInputSingle", greedy), /Too little received/);

      await write(0, manager, "decreaseLiquidity", [
        { tokenId, liquidity, amount0Min: 0n, amount1Min: 0n, deadline: NEVER },
      ]);
      await write(0, manager, "collect", [{ tokenId, recipient: address(2), amount0Max: Q128, amount1Max: Q128 }]);
      // What was put in, with the swap's input and without its output, but for rounding.
      const back0 = (await read(token0, "balanceOf", address(2))) as bigint;
      const back1 = (await read(token1, "balanceOf", address(2))) as bigint;
      assert.ok(parseEther("1010") - back0 < 10n && parseEther("1000") - got - back1 < 10n, `${back0} ${back1}`);
      await write(0, manager, "burn", [tokenId]);
    });
  });
}
