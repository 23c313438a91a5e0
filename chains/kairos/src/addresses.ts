import { type Address, address } from "@polis/codec";

/** The address no value may move to (kairos U6). */
export const zeroAddress: Address = address("0".repeat(40));

/** The ERC-20 face of USDC (kairos U2). */
export const faceAddress: Address = address("3600000000000000000000000000000000000000");

/** Emits PaymentMemo (kairos T16); it has no callable methods. */
export const paymentsLogAddress: Address = address("3600000000000000000000000000000000000001");

/** Addresses with a meaning of their own (kairos 10.3): never a treasury, a fee address or a plain account of genesis. */
export const predeploys: Readonly<Record<string, Address>> = {
  face: faceAddress,
  paymentsLog: paymentsLogAddress,
  channels: address("3600000000000000000000000000000000000010"),
  preimages: address("3600000000000000000000000000000000000011"),
  validatorRegistry: address("3600000000000000000000000000000000000020"),
  voucherChannels: address("4020074e9df2ce1dee5a9c1b5c3f541d02a10003"),
  erc3009Collector: address("4020806089470a89826cb9fb1f4059150b550004"),
  permit2Collector: address("4020425faf3b746c082c2f942b4e5159887b0005"),
  permit2: address("000000000022d473030f116ddee9f6b43ac78ba3"),
  multicall3: address("ca11bde05977b3631167028862be2a173976ca11"),
  deploymentProxy: address("4e59b44847b379578588920ca78fbf26c0b4956c"),
  blockHashHistory: address("0000f90827f1c53a10cb7a02335b175320002935"),
};

const predeployed: ReadonlySet<Address> = new Set(Object.values(predeploys));

/** True for the addresses of kairos 10.3. */
export function isPredeploy(account: Address): boolean {
  return predeployed.has(account);
}
