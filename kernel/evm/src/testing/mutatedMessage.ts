import { intrinsicGas } from "../transaction/intrinsicGas.ts";
import { MemoryWorld } from "./memoryWorld.ts";
import type { Message } from "./outcome.ts";
import type { Random } from "./random.ts";
import { addressIn, bytesOf, digestIn, numberOf, type StateTestCase } from "./stateTestFile.ts";

const MAX_GAS = 1_000_000n;

/**
 * A case of the public tests with a few bytes of its contracts' code changed, as a message whose gas is free.
 * @returns undefined when the case has no message that both engines could run
 */
export function mutatedMessage(
  random: Random,
  { test, expected, fork }: StateTestCase,
): { world: MemoryWorld; message: Message } | undefined {
  const { transaction } = test;
  if (transaction.sender === undefined || expected.expectException !== undefined) return undefined;
  const world = new MemoryWorld();
  for (const [text, { nonce, balance, code, storage }] of Object.entries(test.pre)) {
    const slots = Object.entries(storage).map(([slot, value]) => [digestIn(slot), numberOf(value)] as const);
    world.put(addressIn(text), {
      nonce: numberOf(nonce),
      balance: numberOf(balance),
      code: mutate(random, bytesOf(code)),
      storage: new Map(slots.filter(([, value]) => value !== 0n)),
    });
  }
  const { data: dataAt, gas: gasAt, value: valueAt } = expected.indexes;
  const from = addressIn(transaction.sender);
  const to = transaction.to ? addressIn(transaction.to) : undefined;
  const sent = bytesOf(transaction.data[dataAt]!);
  const data = to === undefined ? mutate(random, sent) : sent;
  const { gas, floor } = intrinsicGas({ to, data, accessList: [] }, fork);
  const least = gas > floor ? gas : floor;
  const wanted = numberOf(transaction.gasLimit[gasAt]);
  const capped = wanted > MAX_GAS ? MAX_GAS : wanted;
  const value = numberOf(transaction.value[valueAt]);
  const sender = world.account(from);
  if (sender === undefined || sender.balance < value || world.accounts.get(from)!.code.length > 0) return undefined;
  return { world, message: { from, to, value, data, gasLimit: capped < least ? least : capped } };
}

function mutate(random: Random, code: Uint8Array): Uint8Array {
  if (code.length === 0 || random.oneIn(3)) return code;
  const changed = code.slice();
  for (let i = random.below(3); i >= 0; i--) {
    const at = random.below(changed.length);
    if (random.oneIn(4)) changed.copyWithin(at, at + 1);
    else changed[at] = random.below(256);
  }
  return changed;
}
