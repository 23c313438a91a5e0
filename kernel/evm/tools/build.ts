import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileKernel, embed } from "./compileKernel.ts";

// Writes src/generated/kernel.generated.ts and kernelTraced.generated.ts; run it after a change of assembly.
const generated = join(import.meta.dirname, "../src/generated");
writeFileSync(join(generated, "kernel.generated.ts"), embed((await compileKernel(false)).binary));
writeFileSync(join(generated, "kernelTraced.generated.ts"), embed((await compileKernel(true)).binary));
