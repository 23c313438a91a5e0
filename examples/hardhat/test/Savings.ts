import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { network } from "hardhat";

const { ethers } = await network.create();
const FACE = "0x3600000000000000000000000000000000000000";
const ONE_USDC = ethers.parseUnits("1", 18);

describe("Savings", () => {
  it("keeps native USDC and pays it back", async () => {
    const [, owner] = await ethers.getSigners();
    const savings = (await ethers.deployContract("Savings")).connect(owner!) as Savings;
    const address = await savings.getAddress();
    const receipt = await (await owner!.sendTransaction({ to: address, value: ONE_USDC })).wait();
    assert.equal(receipt?.status, 1);
    assert.equal(await savings.savedOf(owner!.address), ONE_USDC);
    assert.equal(await ethers.provider.getBalance(address), ONE_USDC);

    await (await savings.withdraw(ONE_USDC / 4n)).wait();
    assert.equal(await ethers.provider.getBalance(address), (ONE_USDC * 3n) / 4n);
    assert.equal((await savings.queryFilter(savings.filters.Withdrawn!(owner!.address))).length, 1);
  });

  it("refuses to pay out more than was saved, and says how much there is", async () => {
    const savings = (await ethers.deployContract("Savings")) as unknown as Savings;
    await assert.rejects(savings.withdraw(5n), (error) => {
      const { data } = error as { data?: string };
      assert.deepEqual([...savings.interface.parseError(data ?? "0x")!.args], [0n, 5n]);
      return true;
    });
  });

  it("keeps USDC that came through the ERC-20 face", async (t) => {
    if ((await ethers.provider.getCode(FACE)) === "0x")
      return t.skip("this network's native currency has no ERC-20 face");
    const [, , owner] = await ethers.getSigners();
    const savings = (await ethers.deployContract("Savings")).connect(owner!) as Savings;
    const usdc = await ethers.getContractAt("IERC20", FACE, owner!);
    await (await owner!.sendTransaction({ to: FACE, data: approval(await savings.getAddress(), 2_000_000n) })).wait();
    await (await savings.saveUnits(2_000_000n)).wait();
    assert.equal(await savings.savedOf(owner!.address), 2n * ONE_USDC);
    assert.equal(await usdc.getFunction("balanceOf").staticCall(await savings.getAddress()), 2_000_000n);
    await (await savings.withdraw(2n * ONE_USDC)).wait();
  });

  it("can be tried and undone", async () => {
    const before = await ethers.provider.getBlockNumber();
    const snapshot = await ethers.provider.send("evm_snapshot", []);
    await ethers.provider.send("evm_increaseTime", [3_600]);
    await ethers.provider.send("evm_mine", []);
    assert.equal(await ethers.provider.getBlockNumber(), before + 1);
    assert.equal(await ethers.provider.send("evm_revert", [snapshot]), true);
    assert.equal(await ethers.provider.getBlockNumber(), before);
  });
});

type Contract = InstanceType<typeof ethers.Contract>;
type Savings = Contract & {
  savedOf(owner: string): Promise<bigint>;
  saveUnits(units: bigint): Promise<{ wait(): Promise<unknown> }>;
  withdraw(amount: bigint): Promise<{ wait(): Promise<unknown> }>;
};

function approval(spender: string, units: bigint): string {
  return new ethers.Interface(["function approve(address, uint256)"]).encodeFunctionData("approve", [spender, units]);
}
