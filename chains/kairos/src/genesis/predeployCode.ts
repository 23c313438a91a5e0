import { type Address, asciiBytes, writeU256 } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { predeploys } from "../addresses.ts";
import { blockHashHistoryHex, deploymentProxyHex, multicall3Hex, permit2Hex } from "./predeployHex.ts";

/**
 * Code of the contracts of kairos 10.3 that a genesis need not spell out, by address: the very bytes that these addresses
 * hold on other chains. They are in every genesis that does not list its own `predeploys`.
 */
export function standardPredeploys(chainId: bigint): ReadonlyMap<Address, Uint8Array> {
  return new Map([
    [predeploys.blockHashHistory!, Uint8Array.fromHex(blockHashHistoryHex)],
    [predeploys.deploymentProxy!, Uint8Array.fromHex(deploymentProxyHex)],
    [predeploys.multicall3!, Uint8Array.fromHex(multicall3Hex)],
    [predeploys.permit2!, permit2Code(chainId)],
  ]);
}

/** Offsets of Permit2's two immutable words. */
const chainIdAt = 6945;
const domainSeparatorAt = 6983;

/** Permit2 as its constructor leaves it on a chain: with the chain id and the EIP-712 domain of that chain. */
function permit2Code(chainId: bigint): Uint8Array {
  const code = Uint8Array.fromHex(permit2Hex);
  const domain = new Uint8Array(128);
  domain.set(keccak256(asciiBytes("EIP712Domain(string name,uint256 chainId,address verifyingContract)")));
  domain.set(keccak256(asciiBytes("Permit2")), 32);
  writeU256(domain, 64, chainId);
  domain.set(Uint8Array.fromHex(predeploys.permit2!), 108);
  writeU256(code, chainIdAt, chainId);
  code.set(keccak256(domain), domainSeparatorAt);
  return code;
}
