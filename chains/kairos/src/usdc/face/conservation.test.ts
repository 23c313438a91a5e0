import assert from "node:assert/strict";
import fc from "fast-check";
import { faceAddress } from "../../addresses.ts";
import { transferTopic } from "../../receipt/log.ts";
import { faceSlot } from "../faceSlots.ts";
import { nativePerUnit } from "../money.ts";
import type { FaceWorld } from "../testing/faceWorld.ts";
import { encodeCall, hex, type Person, people } from "../testing/token.ts";
import { testFace } from "../testing/worlds.ts";

const holders: readonly Person[] = ["alice", "bob", "carol", "minter", "frozen", "face", "zero", "stranger"];
const someone = fc.constantFrom(...holders);
const units = fc.oneof(fc.bigInt({ min: 0n, max: 600_000_000n }), fc.constantFrom(0n, 2n ** 256n - 1n));

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ method: fc.constant("transfer"), by: someone, args: fc.tuple(someone, units) }) },
  { weight: 2, arbitrary: fc.record({ method: fc.constant("approve"), by: someone, args: fc.tuple(someone, units) }) },
  {
    weight: 4,
    arbitrary: fc.record({ method: fc.constant("transferFrom"), by: someone, args: fc.tuple(someone, someone, units) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      method: fc.constant("mint"),
      by: fc.constantFrom<Person>("minter", "minter", "alice"),
      args: fc.tuple(someone, units),
    }),
  },
  { weight: 2, arbitrary: fc.record({ method: fc.constant("burn"), by: someone, args: fc.tuple(units) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      method: fc.constantFrom("blacklist", "unBlacklist"),
      by: fc.constant<Person>("blacklister"),
      args: fc.tuple(someone),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      method: fc.constantFrom("pause", "unpause", "unpause"),
      by: fc.constant<Person>("pauser"),
      args: fc.constant([] as const),
    }),
  },
);

/** Units of everybody, dust aside. */
function balances(world: FaceWorld): Map<string, bigint> {
  return new Map(holders.map((name) => [people[name], world.balance(people[name]) / nativePerUnit]));
}

testFace("U4, U5, U7: balances are the sum of the Transfer logs, and the supply is their sum", (_, fresh) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const world = fresh();
      for (const { method, by, args } of steps) {
        const expected = balances(world);
        const given = args.map((arg) => (typeof arg === "string" ? hex(people[arg as Person]) : arg));
        const { success, logs } = world.call({ from: people[by], data: encodeCall(method, given) });
        const transfers = logs.filter(({ topics }) => topics[0] === transferTopic);
        const moves = ["transfer", "transferFrom", "mint", "burn"].includes(method);
        assert.equal(transfers.length, success && moves ? 1 : 0);
        for (const { address, topics, data } of transfers) {
          assert.equal(address, faceAddress);
          const [from, to] = [topics[1]!.slice(24), topics[2]!.slice(24)];
          const amount = BigInt(`0x${data.toHex()}`);
          if (from !== people.zero) expected.set(from, expected.get(from)! - amount);
          if (to !== people.zero) expected.set(to, expected.get(to)! + amount);
        }
        assert.deepEqual(balances(world), expected);
        const sum = [...expected.values()].reduce((total, held) => total + held, 0n);
        const [minted, burned] = [faceSlot.totalMinted, faceSlot.totalBurned].map((slot) =>
          world.storage(faceAddress, slot),
        );
        assert.equal(sum, minted! - burned!);
      }
    }),
    { numRuns: 60 },
  );
});
