import type { Address } from "@polis/codec";
import type { Evm } from "../seam/evm.ts";
import type { Tracer } from "../seam/tracer.ts";
import type { BlockEnv, EvmTransaction, Execution } from "../seam/transaction.ts";
import type { MemoryWorld } from "./memoryWorld.ts";
import { comparedBlock } from "./outcome.ts";

/** The account that `sendTo` sends from. */
export const sender = "a1".repeat(20) as Address;

/**
 * Executes a transaction with free gas from `sender` and commits it to `world`.
 * @throws Error when the transaction is refused
 */
export function sendTo(
  evm: Evm,
  world: MemoryWorld,
  to: Address | undefined,
  fields: Partial<EvmTransaction> = {},
  tracer?: Tracer,
  block: BlockEnv = comparedBlock,
): Execution {
  const transaction: EvmTransaction = {
    from: sender,
    to,
    nonce: world.account(sender)?.nonce ?? 0n,
    gasLimit: 1_000_000n,
    gasPrice: 0n,
    maxFeePerGas: 0n,
    value: 0n,
    data: new Uint8Array(),
    accessList: [],
    ...fields,
  };
  const result = evm.execute(world, block, transaction, undefined, tracer);
  if (!result.ok) throw new Error(`refused: ${result.invalid.why}`);
  evm.commit(world);
  return result.value;
}

/** Code that calls `to` with an opcode (0xf1 CALL, 0xf2, 0xf4, 0xfa), all gas and no input, and returns its success. */
export function codeThatCalls(op: number, to: Address, value = 0n): Uint8Array {
  const hasValue = op === 0xf1 || op === 0xf2;
  const money = hasValue ? `7f${value.toString(16).padStart(64, "0")}` : "";
  // out length, out, in length, in, [value], address, gas; then the result at 0 is returned.
  const code = `5f5f5f5f${money}73${to}5a${op.toString(16)}5f5260205ff3`;
  return Uint8Array.fromHex(code);
}
