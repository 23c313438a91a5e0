import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compileKernel, embed } from "../../tools/compileKernel.ts";

const generated = join(import.meta.dirname, "../generated");

for (const [name, traced] of [
  ["kernel", false],
  ["kernelTraced", true],
] as const) {
  test(`the embedded ${name} is what the source compiles to, and computes with integers only`, async () => {
    const { binary, text } = await compileKernel(traced);
    const embedded = readFileSync(join(generated, `${name}.generated.ts`), "utf8");
    assert.equal(embedded, embed(binary), "run node kernel/evm/tools/build.ts");
    assert.ok(text.includes("i64.add"), "the text is the module's");
    assert.deepEqual(text.match(/\b(f32|f64|v128)\b/g), null, "floating point differs between machines");
    // The plain build contains no hook: an execution without a tracer pays nothing.
    assert.equal(text.includes('"onStep"'), traced);
  });
}
