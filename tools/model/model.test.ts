import assert from "node:assert/strict";
import { test } from "node:test";
import { tier, volume } from "../volumes.ts";
import { CONFIGURATIONS, SCENARIOS } from "./plan.ts";
import { runScenarios } from "./runScenarios.ts";
import { runTraces } from "./runTraces.ts";

// Every call of Quint costs some seconds to parse and check types, so the fast tier makes four of them.
const FAST_MODULES = ["scenariosOfVoter", "scenariosOfLeader", "unsafeSmallL"];
const scenarios = Object.entries(SCENARIOS).filter(([module]) => tier() === "full" || FAST_MODULES.includes(module));
const configurations = tier() === "full" ? CONFIGURATIONS : [CONFIGURATIONS[0]];

for (const [module, expected] of scenarios) {
  test(`the scripted runs of ${module} end as they say`, async () => {
    const result = await runScenarios(module, expected);
    assert.ok(result.ok, result.output);
  });
}

for (const configuration of configurations) {
  test(`guided traces of ${configuration} keep the invariants and finalize something`, async () => {
    const result = await runTraces(configuration, volume("modelTraces"), 7);
    assert.ok(result.ok, result.output);
    assert.ok(result.rates.get("wFinalized")! > 0, "no trace finalized anything: the check would be empty");
    assert.deepEqual(result.tooRare, []);
  });
}
