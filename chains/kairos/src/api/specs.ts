/** A block by tag, height, hash or EIP-1898 object (kairos 16.1). */
export const anyBlock = { name: "block", type: "block", hashes: true } as const;
/** The same; `latest` when absent. */
export const optionalBlock = { ...anyBlock, optional: true } as const;
/** A block by tag or height. */
export const blockNumber = { name: "blockNumber", type: "block", hashes: false } as const;
/** A block by hash. */
export const blockHash = { name: "blockHash", type: "hash" } as const;
/** A transaction by hash. */
export const transactionHash = { name: "hash", type: "hash" } as const;
/** An account. */
export const addressParam = { name: "address", type: "address" } as const;
/** A transaction's position in its block. */
export const indexParam = { name: "index", type: "quantity", maxBits: 32 } as const;
/** The envelope of a transaction: the largest that is looked at; genesis may set less (kairos 5.5). */
export const rawTransaction = { name: "data", type: "data", maxBytes: 131_072 } as const;
