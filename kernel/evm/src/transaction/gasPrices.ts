/** Prices of a transaction's parts, in gas. */
export const gasPrices = {
  transaction: 21_000n,
  /** EIP-2028 and EIP-7623: a zero byte is one token, any other four; a token costs 4 and at least 10 in the floor. */
  token: 4n,
  floorToken: 10n,
  tokensPerByte: 4,
  /** EIP-2 and EIP-3860. */
  create: 32_000n,
  initCodeWord: 2n,
  /** EIP-2930. */
  listedAddress: 2_400n,
  listedSlot: 1_900n,
  /** EIP-7702: charged for each tuple, of which the second comes back when the authority's account existed. */
  authorization: 25_000n,
  existingAuthority: 12_500n,
  /** EIP-4844: blob gas of one blob. */
  blob: 131_072n,
} as const;

/** EIP-3860. */
export const maxInitCodeBytes = 49_152;
/** EIP-7825, from osaka. */
export const maxTransactionGas = 1n << 24n;
/** Gas is a signed 64-bit number inside the kernel; no block is that large. */
export const maxKernelGas = (1n << 63n) - 1n;
/** EIP-3529: at most a fifth of the gas comes back. */
export const refundQuotient = 5n;
/** EIP-2681: nonces end one below 2^64 - 1. */
export const maxNonce = (1n << 64n) - 1n;
