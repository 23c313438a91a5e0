import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Address, type Hex, keccak256, numberToHex, pad, parseAbi, parseEther, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ownArtifact } from "../artifacts.ts";
import { connect } from "../connect.ts";
import type { EthereumNode } from "../startAnvil.ts";

const FACE: Address = "0x3600000000000000000000000000000000000000";
/** Slots of the roles in the face's storage (U11). */
const ROLE_SLOTS = { masterMinter: 1, pauser: 2, blacklister: 3 } as const;
const abi = parseAbi([
  "function blacklist(address)",
  "function unBlacklist(address)",
  "function pause()",
  "function unpause()",
  "function configureMinter(address minter, uint256 allowance) returns (bool)",
  "function mint(address to, uint256 amount) returns (bool)",
  "function burn(uint256 amount)",
  "function transfer(address to, uint256 amount) returns (bool)",
  "function totalSupply() view returns (uint256)",
  "function balanceOf(address) view returns (uint256)",
]);

/** What the holders of USDC's roles can do, seen from outside. Needs a development node, which can appoint them. */
export function restrictionSuite(node: EthereumNode): void {
  describe(`roles and restrictions of USDC on ${node.name}`, () => {
    const { address, deploy, mined, publicClient, read, testClient, wallet, write } = connect(node);
    const face = { abi, bytecode: "0x" as Hex, address: FACE };
    const stranger = privateKeyToAccount(keccak256(toHex("restricted")));
    const outcome = async (hash: Hex) => (await publicClient.waitForTransactionReceipt({ hash })).status;
    const gas = 200_000n;
    let snapshot: Hex;

    before(async () => {
      snapshot = await testClient.snapshot();
      for (const slot of Object.values(ROLE_SLOTS)) {
        await testClient.setStorageAt({ address: FACE, index: slot, value: pad(address(9)) });
      }
      await mined(await wallet(0).sendTransaction({ to: stranger.address, value: parseEther("10") }));
    });
    after(() => testClient.revert({ id: snapshot }));

    test("a blacklisted account neither sends nor receives, natively or through the face, until it is taken off", async () => {
      await write(9, face, "blacklist", [stranger.address]);
      await assert.rejects(
        wallet(0).sendTransaction({ account: stranger, to: address(1), value: 1n, gas }),
        /blacklisted/i,
        "the pool refuses its transactions",
      );
      const balance = await publicClient.getBalance({ address: stranger.address });
      const probe = await deploy(ownArtifact("Probe"), [1n]);
      const attempts = [
        await wallet(0).sendTransaction({ to: stranger.address, value: 1n, gas }),
        await wallet(0).writeContract({ ...face, functionName: "transfer", args: [stranger.address, 1n], gas }),
        await wallet(0).writeContract({
          ...probe,
          functionName: "pay",
          args: [stranger.address, 1n],
          value: 1n,
          gas,
        }),
      ];
      for (const hash of attempts) assert.equal(await outcome(hash), "reverted");
      await assert.rejects(
        publicClient.simulateContract({
          ...face,
          functionName: "transfer",
          args: [stranger.address, 1n],
          account: address(0),
        }),
        /Blacklistable: account is blacklisted/,
      );
      assert.equal(await publicClient.getBalance({ address: stranger.address }), balance);
      // A call without value is not a movement.
      assert.equal(await outcome(await wallet(0).sendTransaction({ to: stranger.address, value: 0n, gas })), "success");
      await write(9, face, "unBlacklist", [stranger.address]);
      assert.equal(await outcome(await wallet(0).sendTransaction({ to: stranger.address, value: 1n, gas })), "success");
    });

    test("while USDC is paused nothing moves but fees, and the chain goes on", async () => {
      await write(9, face, "pause");
      const before = await publicClient.getBalance({ address: stranger.address });
      assert.equal(
        await outcome(await wallet(0).sendTransaction({ to: stranger.address, value: 1n, gas })),
        "reverted",
      );
      await assert.rejects(
        publicClient.simulateContract({
          ...face,
          functionName: "transfer",
          args: [address(1), 1n],
          account: address(0),
        }),
        /Pausable: paused/,
      );
      const probe = await deploy(ownArtifact("Probe"), [1n]);
      await write(0, probe, "store", [1n, 2n]);
      assert.equal(await publicClient.getBalance({ address: stranger.address }), before);
      await write(9, face, "unpause");
      assert.equal(await outcome(await wallet(0).sendTransaction({ to: stranger.address, value: 1n, gas })), "success");
    });

    test("minting and burning change the supply and the native balance alike", async () => {
      const supply = (await read(face, "totalSupply")) as bigint;
      const balance = await publicClient.getBalance({ address: stranger.address });
      await write(9, face, "configureMinter", [address(8), 1_000_000n]);
      const minted = await write(8, face, "mint", [stranger.address, 600_000n]);
      assert.equal(minted.logs.length, 2);
      assert.equal(await publicClient.getBalance({ address: stranger.address }), balance + 600_000n * 10n ** 12n);
      await write(8, face, "mint", [address(8), 400_000n]);
      await assert.rejects(write(8, face, "mint", [address(8), 1n]), /FiatToken: mint amount exceeds minterAllowance/);
      await write(8, face, "burn", [100_000n]);
      assert.equal(await read(face, "totalSupply"), supply + 900_000n);
      await assert.rejects(write(7, face, "mint", [address(7), 1n]), /FiatToken: caller is not a minter/);
    });

    test("a transfer to the zero address fails, as only burning ends money", async () => {
      const to = numberToHex(0, { size: 20 });
      assert.equal(await outcome(await wallet(0).sendTransaction({ to, value: 1n, gas })), "reverted");
      assert.equal(await publicClient.getBalance({ address: to }), 0n);
    });
  });
}
