import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { address } from "@polis/codec";
import type { Fork } from "../seam/rules.ts";
import { precompilesOf } from "./precompilesOf.ts";

const folder = join(import.meta.dirname, "../../../../../shared/vectors/precompiles");

/** The contract and the fork that each file of vectors is about. */
const subjects: Readonly<Record<string, readonly [number, Fork]>> = {
  ecRecover: [0x01, "cancun"],
  modexp_eip2565: [0x05, "prague"],
  modexp_eip7883: [0x05, "osaka"],
  bn256Add: [0x06, "cancun"],
  bn256ScalarMul: [0x07, "cancun"],
  bn256Pairing: [0x08, "cancun"],
  blake2F: [0x09, "cancun"],
  pointEvaluation: [0x0a, "cancun"],
  blsG1Add: [0x0b, "prague"],
  blsG1Mul: [0x0c, "prague"],
  blsG1MultiExp: [0x0c, "prague"],
  blsG2Add: [0x0d, "prague"],
  blsG2Mul: [0x0e, "prague"],
  blsG2MultiExp: [0x0e, "prague"],
  blsPairing: [0x0f, "prague"],
  blsMapG1: [0x10, "prague"],
  blsMapG2: [0x11, "prague"],
  p256Verify: [0x100, "osaka"],
};

/** The price of EIP-198 is older than every fork we know; the results of its vectors still hold. */
const resultsOnly: Readonly<Record<string, readonly [number, Fork]>> = { modexp: [0x05, "prague"] };

interface Vector {
  readonly Input: string;
  readonly Name: string;
  readonly Expected?: string;
  readonly ExpectedError?: string;
  readonly Gas?: number;
}

const isPresent = existsSync(folder);

test("every public vector gives its output, price or failure", { skip: !isPresent && "no ../shared" }, async (t) => {
  for (const file of readdirSync(folder).sort()) {
    const name = file.replace(/^fail-/, "").replace(/\.json$/, "");
    const subject = subjects[name === "blake2f" ? "blake2F" : name] ?? resultsOnly[name];
    await t.test(file, () => {
      assert.ok(subject !== undefined, `nobody knows what ${file} is about`);
      const [number, fork] = subject;
      const precompile = precompilesOf(fork).get(address(number.toString(16).padStart(40, "0")))!;
      const vectors = JSON.parse(readFileSync(join(folder, file), "utf8")) as readonly Vector[];
      assert.ok(vectors.length > 0);
      for (const vector of vectors) {
        const input = Uint8Array.fromHex(vector.Input);
        const output = precompile.run(input);
        assert.equal(output?.toHex(), file.startsWith("fail-") ? undefined : vector.Expected, vector.Name);
        if (vector.Gas !== undefined && name in subjects) {
          assert.equal(precompile.gas(input), BigInt(vector.Gas), vector.Name);
        }
      }
    });
  }
});
