import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compilePrecompiles } from "./compilePrecompiles.ts";

// Writes src/generated/precompiles.generated.ts; run it after a change of assembly/precompiles.
writeFileSync(join(import.meta.dirname, "../src/generated/precompiles.generated.ts"), await compilePrecompiles());
