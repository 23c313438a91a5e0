import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { getAddress, zeroAddress } from "viem";
import { ownArtifact } from "../artifacts.ts";
import { connect } from "../connect.ts";
import type { EthereumNode } from "../startAnvil.ts";

/** OpenZeppelin's tokens, compiled from their npm package: the contracts that most projects start from. */
export function openZeppelinSuite(node: EthereumNode): void {
  describe(`OpenZeppelin's tokens on ${node.name}`, () => {
    const { publicClient, address, deploy, read, write } = connect(node);

    test("ERC-20: transfers, allowances and their failures", async () => {
      const token = await deploy(ownArtifact("Token20"), ["Coin", "COIN", 1_000_000n]);
      const receipt = await write(0, token, "transfer", [address(1), 400n]);
      assert.equal(receipt.logs.length, 1);
      await write(1, token, "approve", [address(2), 150n]);
      await write(2, token, "transferFrom", [address(1), address(3), 100n]);
      const balances = await Promise.all([0, 1, 2, 3].map((index) => read(token, "balanceOf", address(index))));
      assert.deepEqual(balances, [999_600n, 300n, 0n, 100n]);
      assert.equal(await read(token, "allowance", address(1), address(2)), 50n);
      await assert.rejects(
        write(2, token, "transferFrom", [address(1), address(3), 100n]),
        /ERC20InsufficientAllowance/,
      );
      await assert.rejects(write(5, token, "transfer", [address(1), 1n]), /ERC20InsufficientBalance/);
      const transfers = await publicClient.getContractEvents({
        ...token,
        eventName: "Transfer",
        fromBlock: receipt.blockNumber,
      });
      assert.equal(transfers.length, 2);
    });

    test("ERC-721: minting, safe transfers and approvals", async () => {
      const token = await deploy(ownArtifact("Token721"));
      for (const id of [1n, 2n, 3n]) await write(0, token, "mint", [address(1), id]);
      await write(1, token, "safeTransferFrom", [address(1), address(2), 2n]);
      await write(1, token, "approve", [address(3), 3n]);
      await write(3, token, "transferFrom", [address(1), address(3), 3n]);
      const owners = await Promise.all([1n, 2n, 3n].map((id) => read(token, "ownerOf", id)));
      assert.deepEqual(
        owners,
        [1, 2, 3].map((index) => getAddress(address(index))),
      );
      await assert.rejects(write(1, token, "mint", [address(1), 4n]), /OwnableUnauthorizedAccount/);
      await assert.rejects(write(1, token, "transferFrom", [address(1), zeroAddress, 1n]), /ERC721InvalidReceiver/);
      // The token itself is a contract that does not take tokens.
      await assert.rejects(
        write(1, token, "safeTransferFrom", [address(1), token.address, 1n]),
        /ERC721InvalidReceiver/,
      );
    });

    test("ERC-1155: batches", async () => {
      const token = await deploy(ownArtifact("Token1155"));
      await write(0, token, "mint", [address(1), [1n, 2n, 3n], [10n, 20n, 30n]]);
      await write(1, token, "safeBatchTransferFrom", [address(1), address(2), [1n, 3n], [4n, 30n], "0x"]);
      const owners = [1, 1, 1, 2, 2, 2].map(address);
      assert.deepEqual(await read(token, "balanceOfBatch", owners, [1n, 2n, 3n, 1n, 2n, 3n]), [
        6n,
        20n,
        0n,
        4n,
        0n,
        30n,
      ]);
      await assert.rejects(
        write(1, token, "safeTransferFrom", [address(1), address(2), 1n, 7n, "0x"]),
        /ERC1155InsufficientBalance/,
      );
    });
  });
}
