import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Address, hashDomain, parseAbi, toHex } from "viem";
import { standardPredeploys } from "../../../chains/kairos/src/genesis/predeployCode.ts";
import { ownArtifact } from "../artifacts.ts";
import { connect } from "../connect.ts";
import type { EthereumNode } from "../startAnvil.ts";

const PERMIT2: Address = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
const abi = parseAbi([
  "struct TokenPermissions { address token; uint256 amount; }",
  "struct PermitTransferFrom { TokenPermissions permitted; uint256 nonce; uint256 deadline; }",
  "struct SignatureTransferDetails { address to; uint256 requestedAmount; }",
  "function permitTransferFrom(PermitTransferFrom permit, SignatureTransferDetails details, address owner, bytes signature)",
  "function DOMAIN_SEPARATOR() view returns (bytes32)",
  "error InvalidNonce()",
  "error InvalidSigner()",
  "error SignatureExpired(uint256 signatureDeadline)",
]);
const TYPES = {
  EIP712Domain: [
    { name: "name", type: "string" },
    { name: "chainId", type: "uint256" },
    { name: "verifyingContract", type: "address" },
  ],
  TokenPermissions: [
    { name: "token", type: "address" },
    { name: "amount", type: "uint256" },
  ],
  PermitTransferFrom: [
    { name: "permitted", type: "TokenPermissions" },
    { name: "spender", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
} as const;

/** Permit2 at its one address. Kairos has it from its genesis on; anvil is given the same code. */
export function permit2Suite(node: EthereumNode): void {
  describe(`Permit2 on ${node.name}`, () => {
    const { chain, address, deploy, publicClient, testClient, wallet, write, read } = connect(node);

    test("a signature moves a token once, for its spender, in time", async () => {
      if ((await publicClient.getCode({ address: PERMIT2 })) === undefined) {
        const code = standardPredeploys(BigInt(chain.id)).get(PERMIT2.slice(2).toLowerCase() as never)!;
        await testClient.setCode({ address: PERMIT2, bytecode: toHex(code) });
      }
      const permit2 = { abi, bytecode: "0x", address: PERMIT2 } as const;
      const domain = { name: "Permit2", chainId: BigInt(chain.id), verifyingContract: PERMIT2 };
      assert.equal(await read(permit2, "DOMAIN_SEPARATOR"), hashDomain({ domain, types: TYPES }));

      const token = await deploy(ownArtifact("Token20"), ["Coin", "COIN", 1_000n]);
      await write(0, token, "approve", [PERMIT2, 2n ** 256n - 1n]);
      const permit = { permitted: { token: token.address, amount: 100n }, nonce: 7n, deadline: 2n ** 60n };
      const sign = (message: typeof permit) =>
        wallet(0).signTypedData({
          domain,
          types: TYPES,
          primaryType: "PermitTransferFrom",
          message: { ...message, spender: address(1) },
        });
      const details = { to: address(2), requestedAmount: 60n };
      const signature = await sign(permit);
      const call = [permit, details, address(0), signature];
      await assert.rejects(write(3, permit2, "permitTransferFrom", call), /InvalidSigner/);
      await write(1, permit2, "permitTransferFrom", call);
      assert.equal(await read(token, "balanceOf", address(2)), 60n);
      await assert.rejects(write(1, permit2, "permitTransferFrom", call), /InvalidNonce/);
      const old = { ...permit, nonce: 8n, deadline: 1n };
      const late = [old, details, address(0), await sign(old)];
      await assert.rejects(write(1, permit2, "permitTransferFrom", late), /SignatureExpired/);
    });
  });
}
