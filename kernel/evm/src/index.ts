export * from "./seam/evm.ts";
export * from "./seam/native.ts";
export * from "./seam/rules.ts";
export * from "./seam/substate.ts";
export * from "./seam/tracer.ts";
export * from "./seam/transaction.ts";
