import { randomBytes } from "node:crypto";
import type { Evm } from "@polis/evm";
import { createLedgerEvm, type KairosParams } from "@polis/kairos";

/** An engine of this process, whose tables nobody outside can predict: contracts cannot choose keys that collide. */
export function createNodeEvm(params: KairosParams): Evm {
  return createLedgerEvm(params, { tableSeed: BigInt(`0x${randomBytes(16).toString("hex")}`) });
}
