import type { Address, Digest } from "@polis/codec";
import type { Fork } from "../seam/rules.ts";
import { intrinsicGas } from "../transaction/intrinsicGas.ts";
import { MemoryWorld } from "./memoryWorld.ts";
import type { Message } from "./outcome.ts";
import type { Random } from "./random.ts";
import { type ProgramNames, randomProgram } from "./randomProgram.ts";

const SENDER = "5e".repeat(20) as Address;
const CONTRACTS = ["a0", "a1", "a2", "a3"].map((byte) => byte.repeat(20) as Address);
const PLAIN = "e0".repeat(20) as Address;
const ABSENT = "ab".repeat(20) as Address;
const DELEGATED = "d0".repeat(20) as Address;

/** A world of a few contracts that call each other, and a message into it. */
export function randomMessage(random: Random, fork: Fork): { world: MemoryWorld; message: Message } {
  const world = new MemoryWorld();
  const addresses = [...CONTRACTS, ...CONTRACTS, PLAIN, ABSENT, SENDER, DELEGATED];
  const names: ProgramNames = { addresses, hasClz: fork === "osaka" };
  world.put(SENDER, { nonce: 3n, balance: 10n ** 18n });
  world.put(PLAIN, { balance: 5n });
  for (const address of CONTRACTS) {
    const storage = new Map<Digest, bigint>();
    for (let slot = 0; slot < 3; slot++)
      if (random.oneIn(2)) storage.set(slot.toString(16).padStart(64, "0") as Digest, BigInt(1 + random.below(3)));
    const code = randomProgram(random, names, 3 + random.below(30));
    world.put(address, { nonce: 1n, balance: BigInt(random.below(20)), code, storage });
  }
  if (fork !== "cancun") {
    const code = Uint8Array.fromHex(`ef0100${random.pick([...CONTRACTS, PLAIN, DELEGATED])}`);
    world.put(DELEGATED, { nonce: 1n, balance: 9n, code });
  }
  const isCreation = random.oneIn(12);
  const to = isCreation ? undefined : random.pick([...CONTRACTS, ...CONTRACTS, ...CONTRACTS, PLAIN, ABSENT, DELEGATED]);
  const data = isCreation ? randomProgram(random, names, 20) : random.bytes(random.below(100));
  const { gas, floor } = intrinsicGas({ to, data, accessList: [] }, fork);
  const wanted = gas + BigInt(random.oneIn(4) ? random.below(30_000) : 200_000 + random.below(800_000));
  const message: Message = {
    from: SENDER,
    to,
    value: random.pick([0n, 0n, 1n, 1000n]),
    data,
    gasLimit: wanted > floor ? wanted : floor,
  };
  return { world, message };
}
