import type { Address } from "@polis/codec";
import type { Execution } from "../seam/transaction.ts";
import type { ExecutionContext } from "./executeTransaction.ts";

const SYSTEM = `${"f".repeat(39)}e` as Address;
const SYSTEM_GAS = 30_000_000n;

/**
 * The call with which a block begins (EIP-2935, EIP-4788): from the system's address, with gas of its own that nobody
 * pays and that does not count against the block.
 * @returns undefined when there is no code at the address; nothing has changed then
 */
export function systemCall(
  { engine, state, env }: Omit<ExecutionContext, "rules">,
  to: Address,
  input: Uint8Array,
): Execution | undefined {
  engine.begin(state, env, SYSTEM, 0n, [], undefined);
  if (engine.code(to).length === 0) return undefined;
  const message = { from: SYSTEM, to, createNonce: 0n, value: 0n, input, gas: SYSTEM_GAS, isStatic: false };
  const { success, halt, gasLeft, output, created } = engine.run(message);
  const gasUsed = SYSTEM_GAS - gasLeft;
  const logs = success ? engine.logs() : [];
  return { status: success ? 1 : 0, gasUsed, gasSpent: gasUsed, gasRefunded: 0n, output, logs, created, halt };
}
