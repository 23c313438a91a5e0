import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { network } from "hardhat";

const { ethers } = await network.create();

describe("Membership", () => {
  it("sells cards that can be passed on, and pays its owner", async () => {
    const [owner, member, friend] = (await ethers.getSigners()) as [Signer, Signer, Signer];
    const club = await ethers.deployContract("Membership");
    const address = await club.getAddress();
    const price = (await club.getFunction("PRICE").staticCall()) as bigint;
    const as = (signer: Signer, name: string) =>
      ethers.getContractAt("Membership", address, signer).then((it) => it.getFunction(name));

    await (await (await as(member, "join")).send({ value: price })).wait();
    assert.equal(await club.getFunction("ownerOf").staticCall(1n), member.address);
    await (await (await as(member, "transferFrom")).send(member.address, friend.address, 1n)).wait();
    assert.equal(await club.getFunction("balanceOf").staticCall(friend.address), 1n);
    const transfers = await club.queryFilter(club.filters.Transfer!(null, null, 1n));
    assert.equal(transfers.length, 2);

    const purse = ethers.Wallet.createRandom().address;
    await assert.rejects((await as(member, "collect")).send(purse), /OwnableUnauthorizedAccount|custom error|reverted/);
    await (await (await as(owner, "collect")).send(purse)).wait();
    assert.equal(await ethers.provider.getBalance(purse), price);
  });

  it("refuses another price and says both", async () => {
    const club = await ethers.deployContract("Membership");
    await assert.rejects(club.getFunction("join").staticCall({ value: 5n }), (error) => {
      const { data } = error as { data?: string };
      const parsed = club.interface.parseError(data ?? "0x");
      assert.deepEqual([parsed?.name, ...parsed!.args], ["WrongPrice", 5n, 10n ** 18n]);
      return true;
    });
  });
});

type Signer = Awaited<ReturnType<typeof ethers.getSigners>>[number];
