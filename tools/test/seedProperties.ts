import { registerHooks } from "node:module";

/**
 * Preloaded into every test process: property tests take their seed from TEST_SEED, so that a run can be repeated. A test
 * imports fast-check as always and gets the same module with the seed set; files without properties never load it.
 */
const seeded = new URL("seededFastCheck.ts", import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isTheirs = specifier === "fast-check" && context.parentURL !== seeded;
    return isTheirs ? { url: seeded, shortCircuit: true } : nextResolve(specifier, context);
  },
});
