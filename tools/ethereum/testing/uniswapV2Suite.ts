import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Address, parseEther } from "viem";
import { npmArtifact, ownArtifact } from "../artifacts.ts";
import { connect } from "../connect.ts";
import type { EthereumNode } from "../startAnvil.ts";
import { once } from "./once.ts";

const NEVER = 2n ** 64n;

/** Uniswap v2 from its npm bytecode: pairs by CREATE2, liquidity, swaps, wrapped native value. */
export function uniswapV2Suite(node: EthereumNode): void {
  describe(`Uniswap v2 on ${node.name}`, () => {
    const { address, deploy, read, write, publicClient } = connect(node);
    const scene = once(async () => {
      const factory = await deploy(npmArtifact("@uniswap/v2-core/build/UniswapV2Factory.json"), [address(0)]);
      const weth = await deploy(npmArtifact("@uniswap/v2-periphery/build/WETH9.json"));
      const router = await deploy(npmArtifact("@uniswap/v2-periphery/build/UniswapV2Router02.json"), [
        factory.address,
        weth.address,
      ]);
      const tokens = [
        await deploy(ownArtifact("Token20"), ["A", "A", parseEther("1000000")]),
        await deploy(ownArtifact("Token20"), ["B", "B", parseEther("1000000")]),
      ] as const;
      for (const token of tokens) await write(0, token, "approve", [router.address, 2n ** 256n - 1n]);
      return { factory, weth, router, tokens };
    });

    test("two tokens get a pair, liquidity and a swap at the constant product's price", async () => {
      const { factory, router, tokens } = await scene();
      const [a, b] = [tokens[0].address, tokens[1].address];
      const [inA, inB] = [parseEther("1000"), parseEther("4000")];
      await write(0, router, "addLiquidity", [a, b, inA, inB, 0n, 0n, address(0), NEVER]);
      const pairAddress = (await read(factory, "getPair", a, b)) as Address;
      const pair = { ...npmArtifact("@uniswap/v2-core/build/UniswapV2Pair.json"), address: pairAddress };
      assert.equal(await read(pair, "balanceOf", address(0)), parseEther("2000") - 1_000n);

      const amountIn = parseEther("10");
      const expected = (amountIn * 997n * inB) / (inA * 1_000n + amountIn * 997n);
      assert.deepEqual(await read(router, "getAmountsOut", amountIn, [a, b]), [amountIn, expected]);
      await write(0, router, "swapExactTokensForTokens", [amountIn, expected, [a, b], address(1), NEVER]);
      assert.equal(await read(tokens[1], "balanceOf", address(1)), expected);
      await assert.rejects(
        write(0, router, "swapExactTokensForTokens", [amountIn, expected, [a, b], address(1), NEVER]),
        /INSUFFICIENT_OUTPUT_AMOUNT/,
      );
      await assert.rejects(
        write(0, router, "swapExactTokensForTokens", [amountIn, 0n, [a, b], address(1), 1n]),
        /EXPIRED/,
      );

      await write(0, pair, "approve", [router.address, 2n ** 256n - 1n]);
      await write(0, router, "removeLiquidity", [a, b, parseEther("1000"), 0n, 0n, address(2), NEVER]);
      assert.ok(((await read(tokens[0], "balanceOf", address(2))) as bigint) > parseEther("500"));
    });

    test("native value goes in and out through its wrapper", async () => {
      const { router, tokens, weth } = await scene();
      const a = tokens[0].address;
      const liquidity = [a, parseEther("1000"), 0n, 0n, address(0), NEVER];
      await write(0, router, "addLiquidityETH", liquidity, parseEther("100"));
      await write(3, router, "swapExactETHForTokens", [0n, [weth.address, a], address(3), NEVER], parseEther("1"));
      const got = (await read(tokens[0], "balanceOf", address(3))) as bigint;
      assert.ok(got > parseEther("9"));
      await write(3, tokens[0], "approve", [router.address, got]);
      const before = await publicClient.getBalance({ address: address(4) });
      await write(3, router, "swapExactTokensForETH", [got, 0n, [a, weth.address], address(4), NEVER]);
      const back = (await publicClient.getBalance({ address: address(4) })) - before;
      assert.ok(back > parseEther("0.99") && back < parseEther("1"));
    });
  });
}
