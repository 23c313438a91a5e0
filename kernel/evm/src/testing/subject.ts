import type { Evm } from "../seam/evm.ts";
import type { EvmTransaction } from "../seam/transaction.ts";
import { describeWorld, type MemoryWorld } from "./memoryWorld.ts";
import { comparedBlock, type Message, type Outcome, type StepRecord } from "./outcome.ts";

/**
 * Runs a message on our engine, as a transaction whose gas is free. Changes `world`.
 * @throws Error when the transaction is refused
 */
export function runOnSubject(evm: Evm, world: MemoryWorld, message: Message, withSteps = false): Outcome {
  const { from, to, value, data } = message;
  const transaction: EvmTransaction = {
    from,
    to,
    value,
    data,
    nonce: world.account(from)!.nonce,
    gasLimit: message.gasLimit,
    gasPrice: 0n,
    maxFeePerGas: 0n,
    accessList: [],
  };
  const steps: StepRecord[] = [];
  const result = withSteps
    ? evm.execute(world, comparedBlock, transaction, undefined, {
        onStep(step) {
          const { depth, pc, op, gas, stackSize, memoryBytes, refund } = step;
          const stack = Array.from({ length: stackSize }, (_, i) => step.stack(stackSize - 1 - i));
          steps.push({ depth, pc, op, gas, stack, memory: memoryBytes, refund });
        },
      })
    : evm.execute(world, comparedBlock, transaction);
  if (!result.ok) throw new Error(`refused: ${result.invalid.why}`);
  evm.commit(world);
  const { status, gasSpent, gasRefunded, output, logs, halt } = result.value;
  return {
    ended: status === 1 ? "success" : halt === "revert" ? "revert" : "halt",
    gasUsed: gasSpent,
    refund: gasRefunded,
    output: output.toHex(),
    logs: logs.map(({ address, topics, data: bytes }) => `${address} ${topics.join(",")} ${bytes.toHex()}`),
    world: describeWorld(world.accounts),
    steps,
  };
}
