export * from "./createReplica.ts";
export * from "./errors.ts";
export * from "./params.ts";
export type * from "./seam/effects.ts";
export type * from "./seam/events.ts";
export type * from "./seam/messages.ts";
export type * from "./seam/replica.ts";
export type * from "./seam/setup.ts";
