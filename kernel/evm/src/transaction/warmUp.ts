import type { Engine } from "../engine/types.ts";
import type { BlockEnv, EvmTransaction } from "../seam/transaction.ts";

/**
 * Warms what a transaction names: sender, recipient (EIP-2929), coinbase (EIP-3651), access list (EIP-2930) and the
 * target of a recipient that delegates (EIP-7702). Precompiles are always warm in the kernel.
 */
export function warmUp(engine: Engine, env: BlockEnv, transaction: EvmTransaction): void {
  const { from, to, accessList } = transaction;
  engine.warmAccount(from);
  engine.warmAccount(env.coinbase);
  for (const { address, slots } of accessList) {
    engine.warmAccount(address);
    for (const slot of slots) engine.warmSlot(address, slot);
  }
  if (to === undefined) return;
  engine.warmAccount(to);
  engine.warmDelegate(to);
}
