export * from "./result.ts";
export * from "./units.ts";
