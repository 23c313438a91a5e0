import { type HDAccount, mnemonicToAccount } from "viem/accounts";

/** The phrase that Hardhat, Anvil and `kairos dev` make their funded accounts from. Worth nothing elsewhere. */
export const TEST_MNEMONIC = "test test test test test test test test test test test junk";

/** The chain id of all three. */
export const TEST_CHAIN_ID = 31337;

/** The ten funded accounts, able to sign. */
export const TEST_ACCOUNTS: readonly HDAccount[] = Array.from({ length: 10 }, (_, addressIndex) =>
  mnemonicToAccount(TEST_MNEMONIC, { addressIndex }),
);

/** The private key of one of them as 0x-prefixed hex, for tools that are other programs. */
export function privateKeyOf(index: number): `0x${string}` {
  return `0x${Buffer.from(TEST_ACCOUNTS[index]!.getHdKey().privateKey!).toString("hex")}`;
}
