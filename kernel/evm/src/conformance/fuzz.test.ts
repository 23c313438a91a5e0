import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "@polis/codec";
import fc from "fast-check";
import { createEvm } from "../createEvm.ts";
import type { Fork } from "../seam/rules.ts";
import { MemoryWorld } from "../testing/memoryWorld.ts";
import { comparedBlock } from "../testing/outcome.ts";

const from = "5e".repeat(20) as Address;
const to = "a0".repeat(20) as Address;
const intrinsic = 21_000n;

for (const fork of ["cancun", "prague", "osaka"] as const satisfies readonly Fork[]) {
  const evm = createEvm({ fork, fees: "burnAndTip" });

  test(`any bytes as code end in a typed way and within their gas (${fork})`, () => {
    const code = fc.oneof(fc.uint8Array({ maxLength: 200 }), opcodes());
    const gas = fc.bigInt({ min: 0n, max: 200_000n });
    fc.assert(
      fc.property(code, fc.uint8Array({ maxLength: 64 }), gas, (bytes, data, limit) => {
        const world = new MemoryWorld().put(from, { balance: 1n << 70n }).put(to, { nonce: 1n, code: bytes });
        const gasLimit = limit + intrinsic + 2_560n;
        const result = evm.execute(world, comparedBlock, {
          from,
          to,
          nonce: 0n,
          gasLimit,
          gasPrice: 0n,
          maxFeePerGas: 0n,
          value: 3n,
          data,
          accessList: [],
        });
        assert.ok(result.ok);
        const { status, halt, gasUsed, gasSpent } = result.value;
        assert.equal(status === 1, halt === undefined);
        assert.ok(gasUsed >= intrinsic && gasUsed <= gasSpent && gasSpent <= gasLimit);
        if (halt !== undefined && halt !== "revert") assert.equal(gasSpent, gasLimit);
        const { balanceDelta } = evm.commit(world);
        assert.equal(balanceDelta <= 0n, true);
      }),
      { numRuns: 1500 },
    );
  });
}

/** Opcodes only, small pushes among them: gets further than bytes at random. */
function opcodes(): fc.Arbitrary<Uint8Array> {
  const small = fc.integer({ min: 0, max: 64 }).map((value) => [0x60, value]);
  const any = fc.integer({ min: 0, max: 255 }).map((op) => [op]);
  return fc
    .array(fc.oneof({ weight: 2, arbitrary: small }, { weight: 1, arbitrary: any }), { maxLength: 120 })
    .map((parts) => Uint8Array.from(parts.flat()));
}
