export type * from "./seam/effects.ts";
export type * from "./seam/events.ts";
export type * from "./seam/messages.ts";
export type * from "./seam/setup.ts";
