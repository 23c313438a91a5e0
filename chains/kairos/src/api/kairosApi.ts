import { blockMethods } from "./blockMethods.ts";
import { ethMethods } from "./ethMethods.ts";
import { kairosMethods } from "./kairosMethods.ts";
import type { Method } from "./method.ts";
import { netMethods } from "./netMethods.ts";

/**
 * Every JSON-RPC method of a Kairos node (kairos 16.2, 16.4), as plain data: a server checks the parameters by their
 * specs and calls `handle(backend, args)`.
 */
export const kairosApi: Readonly<Record<string, Method>> = {
  ...ethMethods,
  ...blockMethods,
  ...netMethods,
  ...kairosMethods,
};
