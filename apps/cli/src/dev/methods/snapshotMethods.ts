import { type Digest, quantityOf } from "@polis/codec";
import { type Method, method, refusal, result } from "@polis/kairos";
import type { DevNode } from "../devNode.ts";
import { twice } from "./miningMethods.ts";

/** Going back in time, and clearing the pool. */
export function snapshotMethods(node: DevNode): Readonly<Record<string, Method>> {
  const { chain, keyring, miner } = node;
  const snapshot = method([], async () => result(quantityOf(await chain.snapshot())));
  const revert = method([{ name: "id", type: "number", maxBits: 32 }], async (_, [id]) =>
    result(await chain.revert(Number(id))),
  );
  const reset = method([{ name: "options", type: "json", maxNodes: 16, optional: true }], async (_, [options]) => {
    if (isFork(options)) return refusal(-32602, "invalid parameter options: forking another chain is not supported");
    if (!(await chain.reset()))
      return refusal(-32000, "a chain in a data directory is reset by deleting the directory");
    keyring.forgetImpersonated();
    miner.set(0);
    node.instanceId = crypto.randomUUID();
    return result(true);
  });
  return {
    evm_snapshot: snapshot,
    anvil_snapshot: snapshot,
    evm_revert: revert,
    anvil_revert: revert,
    ...twice("reset", reset),
    ...twice(
      "dropTransaction",
      method([{ name: "hash", type: "hash" }], async (_, [hash]) => result(await chain.drop(hash as Digest))),
    ),
    anvil_dropAllTransactions: method([], async () => {
      await chain.dropAll();
      return result(null);
    }),
  };
}

function isFork(options: unknown): boolean {
  return typeof options === "object" && options !== null && "forking" in options && options.forking !== undefined;
}
