/** Parameters that many methods share (kairos 16.1). */
export const anyBlock = { name: "block", type: "block", hashes: true } as const;
export const optionalBlock = { ...anyBlock, optional: true } as const;
export const blockNumber = { name: "blockNumber", type: "block", hashes: false } as const;
export const blockHash = { name: "blockHash", type: "hash" } as const;
export const transactionHash = { name: "hash", type: "hash" } as const;
export const addressParam = { name: "address", type: "address" } as const;
export const indexParam = { name: "index", type: "quantity", maxBits: 32 } as const;

/** Largest raw transaction that is looked at; genesis may set less (kairos 5.5). */
export const maxRawBytes = 131_072;
export const rawTransaction = { name: "data", type: "data", maxBytes: maxRawBytes } as const;
