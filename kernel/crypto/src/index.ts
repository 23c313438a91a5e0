export * from "./votes/types.ts";
