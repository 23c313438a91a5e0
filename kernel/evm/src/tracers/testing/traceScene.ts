import type { Evm } from "../../seam/evm.ts";
import type { Tracer } from "../../seam/tracer.ts";
import type { EvmTransaction, Execution } from "../../seam/transaction.ts";
import type { MemoryWorld } from "../../testing/memoryWorld.ts";
import { comparedBlock } from "../../testing/outcome.ts";
import { scene } from "./scene.ts";

/** The transaction of the scene: a call of the actor with free gas. */
export const sceneTransaction: EvmTransaction = {
  from: scene.sender,
  to: scene.actor,
  nonce: 0n,
  gasLimit: 1_000_000n,
  gasPrice: 0n,
  maxFeePerGas: 0n,
  value: 7n,
  data: Uint8Array.of(0x12, 0x34, 0x56, 0x78),
  accessList: [],
};

/**
 * Executes the scene's transaction, changed by `fields`, on `world` without committing it.
 * @throws Error when it is refused
 */
export function traceScene(
  evm: Evm,
  world: MemoryWorld,
  tracer?: Tracer,
  fields: Partial<EvmTransaction> = {},
): Execution {
  const result = evm.execute(world, comparedBlock, { ...sceneTransaction, ...fields }, undefined, tracer);
  if (!result.ok) throw new Error(`refused: ${result.invalid.why}`);
  return result.value;
}
