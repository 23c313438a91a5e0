import type { Hex } from "viem";
import { hex, people } from "./token.ts";
import { signer } from "./wallets.ts";
import { testParams } from "./worlds.ts";

const moveFields = [
  { name: "from", type: "address" },
  { name: "to", type: "address" },
  { name: "value", type: "uint256" },
  { name: "validAfter", type: "uint256" },
  { name: "validBefore", type: "uint256" },
  { name: "nonce", type: "bytes32" },
] as const;

const types = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
  TransferWithAuthorization: moveFields,
  ReceiveWithAuthorization: moveFields,
  CancelAuthorization: [
    { name: "authorizer", type: "address" },
    { name: "nonce", type: "bytes32" },
  ],
} as const;

/** A signature of one of the face's structs by `by`, in the face's domain, made by viem. */
export function signTyped(
  primaryType: keyof typeof types,
  message: Readonly<Record<string, unknown>>,
  by = signer,
): Promise<Hex> {
  const domain = {
    name: "USDC",
    version: "2",
    chainId: Number(testParams.chainId),
    verifyingContract: hex(people.face),
  };
  return by.signTypedData({ domain, types, primaryType, message } as never);
}
