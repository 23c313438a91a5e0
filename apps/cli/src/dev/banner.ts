import type { RunningDev } from "./startDev.ts";

/** What a person needs to know first, as lines. */
export function bannerLines({ url, wsUrl, chainId, accounts, balanceUsdc, mnemonic }: RunningDev): readonly string[] {
  const balance = `${balanceUsdc.toLocaleString("en-US")} USDC`;
  const width = Math.max(1, `${accounts.length - 1}`.length);
  return [
    "Kairos development chain: one validator, instant blocks, EVM on native USDC.",
    "",
    `${" ".repeat(width)}  ${"Address".padEnd(42)}  ${"Balance".padEnd(balance.length)}  Private key`,
    ...accounts.map(
      ({ address, secret }, i) => `${`${i}`.padStart(width)}  0x${address}  ${balance}  0x${secret.toHex()}`,
    ),
    "",
    `Mnemonic   ${mnemonic}`,
    "WARNING    These keys are known to everybody. Never send anything of value to them.",
    "",
    `Chain id   ${chainId}`,
    `HTTP       ${url}`,
    `WebSocket  ${wsUrl}`,
    "Faucet     kairos_faucet(address) pays 100 USDC",
    "",
    "Ctrl-C ends it.",
    "",
  ];
}

/** The same for programs. */
export function bannerJson({ url, wsUrl, chainId, accounts, balanceUsdc, mnemonic }: RunningDev): unknown {
  return {
    url,
    wsUrl,
    chainId,
    mnemonic,
    balance: `${balanceUsdc}`,
    accounts: accounts.map(({ address, secret }) => ({
      address: `0x${address}`,
      privateKey: `0x${secret.toHex()}`,
    })),
  };
}
