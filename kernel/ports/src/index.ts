export type * from "./ledger.ts";
export type * from "./machine.ts";
export type * from "./store.ts";
export type * from "./world.ts";
