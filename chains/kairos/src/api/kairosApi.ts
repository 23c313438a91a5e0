import { chainMethods } from "./chainMethods.ts";
import { debugMethods } from "./debugMethods.ts";
import { executionMethods } from "./executionMethods.ts";
import { feeMethods } from "./feeMethods.ts";
import { kairosMethods } from "./kairosMethods.ts";
import { kairosNodeMethods } from "./kairosNodeMethods.ts";
import { kairosProofMethods } from "./kairosProofMethods.ts";
import { logMethods } from "./logMethods.ts";
import { type Method, method, result } from "./method.ts";
import { netMethods } from "./netMethods.ts";
import { stateMethods } from "./stateMethods.ts";
import { transactionMethods } from "./transactionMethods.ts";
import { txpoolMethods } from "./txpoolMethods.ts";

/**
 * Every JSON-RPC method of a Kairos node (kairos 16.2, 16.4), as plain data: a server checks the parameters by their
 * specs and calls `handle(backend, args)`.
 */
export const kairosApi: Readonly<Record<string, Method>> = {
  ...chainMethods,
  ...stateMethods,
  ...transactionMethods,
  ...feeMethods,
  ...logMethods,
  ...executionMethods,
  // Keys belong to wallets: the node has no accounts of its own.
  eth_accounts: method([], () => result([])),
  ...netMethods,
  ...txpoolMethods,
  ...debugMethods,
  ...kairosMethods,
  ...kairosNodeMethods,
  ...kairosProofMethods,
};
