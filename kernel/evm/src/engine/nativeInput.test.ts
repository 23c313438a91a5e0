import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "@polis/codec";
import { createEvm } from "../createEvm.ts";
import type { NativeContract, NativeFrame } from "../seam/native.ts";
import { MemoryWorld } from "../testing/memoryWorld.ts";
import { sender, sendTo } from "../testing/sendTo.ts";

const native = "36".padEnd(40, "0") as Address;
const other = "37".padEnd(40, "0") as Address;

test("a native contract reads its calldata by parts, also after code that it called has used memory of its own", () => {
  const read: unknown[] = [];
  const look = (part: Uint8Array) => void read.push(part.toHex());
  const natives = new Map<Address, NativeContract>([
    [
      native,
      {
        *run(frame: NativeFrame) {
          read.push(frame.inputBytes);
          look(frame.readInput(0, 4));
          look(frame.readInput(2, 4));
          yield { to: other, input: new Uint8Array(200).fill(0xee), isStatic: true };
          look(frame.readInput(1, 2));
          look(frame.readInput(4, 2));
          look(frame.readInput(9_000, 1));
          look(frame.input);
          assert.equal(frame.input, frame.input);
          return { success: true, output: frame.readInput(3, 0) };
        },
      },
    ],
  ]);
  const evm = createEvm({ fork: "prague", fees: "collect", natives });
  const world = new MemoryWorld()
    .put(sender, { balance: 10n ** 20n })
    .put(native, { nonce: 1n, code: Uint8Array.of(0xfd) })
    // Fills 4,096 bytes of memory with its calldata.
    .put(other, { nonce: 1n, code: Uint8Array.fromHex("6110005f5f37") });
  const { status } = sendTo(evm, world, native, { data: Uint8Array.of(1, 2, 3, 4, 5) });
  assert.equal(status, 1);
  assert.deepEqual(read, [5, "01020304", "03040500", "0203", "0500", "00", "0102030405"]);
});
