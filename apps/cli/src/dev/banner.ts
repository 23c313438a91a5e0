import type { RunningDev } from "./startDev.ts";

/** What a person needs to know first, as lines. */
export function bannerLines(dev: RunningDev): readonly string[] {
  const { url, wsUrl, visualizerUrl, grpcUrl, chainId, accounts, balanceUsdc, mnemonic } = dev;
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
    ...(grpcUrl === undefined ? [] : [`gRPC       ${grpcUrl}`]),
    ...(visualizerUrl === undefined ? [] : [`Dashboard  ${visualizerUrl}`]),
    "Faucet     kairos_faucet(address) pays 100 USDC",
    "",
    "Ctrl-C ends it.",
    "",
  ];
}

/** The same for programs. */
export function bannerJson(dev: RunningDev): unknown {
  const { url, wsUrl, visualizerUrl, grpcUrl, chainId, accounts, balanceUsdc, mnemonic } = dev;
  return {
    url,
    wsUrl,
    ...(visualizerUrl === undefined ? {} : { visualizerUrl }),
    ...(grpcUrl === undefined ? {} : { grpcUrl }),
    chainId,
    mnemonic,
    balance: `${balanceUsdc}`,
    accounts: accounts.map(({ address, secret }) => ({
      address: `0x${address}`,
      privateKey: `0x${secret.toHex()}`,
    })),
  };
}
