export * from "./createMempool.ts";
export * from "./errors.ts";
export type * from "./types.ts";
