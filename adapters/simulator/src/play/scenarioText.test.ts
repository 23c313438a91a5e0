import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FAULTY_NAMES, type PlannedFault, type Scenario, ScenarioError } from "./scenario.ts";
import { formatScenario, parseScenario } from "./scenarioText.ts";

const scenarios: fc.Arbitrary<Scenario> = fc.integer({ min: 1, max: 26 }).chain((n) => {
  const node = fc.integer({ min: 0, max: n - 1 });
  const when = fc
    .tuple(fc.integer({ min: 0, max: 59_000 }), fc.integer({ min: 1, max: 1000 }))
    .map(([fromMs, ms]) => ({ fromMs, untilMs: fromMs + ms }));
  const what: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
    fc.record({ kind: fc.constant("crash"), node }),
    fc.record({ kind: fc.constant("cut"), group: fc.uniqueArray(node, { minLength: 1, maxLength: n }) }),
    fc.record({ kind: fc.constant("slow"), node, extraMs: fc.integer({ min: 1, max: 10_000 }) }),
    fc.record({ kind: fc.constant("loss"), perMille: fc.integer({ min: 1, max: 1000 }) }),
  );
  const fault = fc.tuple(what, when).map(([a, b]) => ({ ...a, ...b }) as unknown as PlannedFault);
  return fc.record(
    {
      seed: fc.maxSafeNat(),
      n: fc.constant(n),
      seconds: fc.integer({ min: 1, max: 60 }),
      regions: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: n, maxLength: n }),
      faulty: fc.uniqueArray(fc.tuple(node, fc.constantFrom(...FAULTY_NAMES)), { selector: ([i]) => i, maxLength: n }),
      faults: fc.array(fault, { maxLength: 12 }),
    },
    { noNullPrototype: true },
  );
});

test("a scenario survives its text", () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      assert.deepEqual(parseScenario(formatScenario(scenario)), scenario);
    }),
  );
});

test("the text of a scenario is frozen: links to runs stay good", () => {
  const text =
    "seed=7&n=6&s=12&at=8.6.0.7.2.9&bad=2:equivocator,4:twins" +
    "&fault=crash:0:3000-6000,cut:0.1:2000-4000,slow:3:250:0-9000,loss:50:1000-2000";
  const scenario: Scenario = {
    seed: 7,
    n: 6,
    seconds: 12,
    regions: [8, 6, 0, 7, 2, 9],
    faulty: [
      [2, "equivocator"],
      [4, "twins"],
    ],
    faults: [
      { kind: "crash", node: 0, fromMs: 3000, untilMs: 6000 },
      { kind: "cut", group: [0, 1], fromMs: 2000, untilMs: 4000 },
      { kind: "slow", node: 3, extraMs: 250, fromMs: 0, untilMs: 9000 },
      { kind: "loss", perMille: 50, fromMs: 1000, untilMs: 2000 },
    ],
  };
  assert.deepEqual(parseScenario(text), scenario);
  assert.equal(formatScenario(scenario), text);
});

test("what is left out has a default; what is unknown is left to others", () => {
  assert.deepEqual(parseScenario("seed=3&bug=5"), {
    seed: 3,
    n: 6,
    seconds: 20,
    regions: [0, 1, 2, 3, 4, 5],
    faulty: [],
    faults: [],
  });
});

test("every malformed field is an error that says what would be right", () => {
  const wrong = [
    "seed=-1",
    "seed=1e3",
    "seed=99999999999999999",
    "seed=",
    "n=0",
    "n=27",
    "n=6.5",
    "n=6&s=0",
    "n=6&s=61",
    "n=6&at=1.2.3",
    "n=6&at=1.2.3.4.5.10",
    "bad=6:silent",
    "bad=1:nobody",
    "bad=1:silent,1:twins",
    "bad=:silent",
    "fault=crash:6:0-1",
    "fault=crash:0:5-5",
    "fault=crash:0:5",
    "fault=crash:0:0-70000",
    "fault=cut:6:0-1",
    "fault=cut::0-1",
    "fault=slow:0:0-1",
    "fault=slow:0:0:0-1",
    "fault=loss:1001:0-1",
    "fault=flood:1:0-1",
    `fault=${Array.from({ length: 25 }, () => "loss:1:0-1").join(",")}`,
    `seed=${"1".repeat(3000)}`,
  ];
  for (const text of wrong) {
    assert.throws(
      () => parseScenario(text),
      (error: unknown) => error instanceof ScenarioError && error.hint.length > 5,
      text,
    );
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseScenario(text);
      } catch (error) {
        assert.ok(error instanceof ScenarioError, String(error));
      }
    }),
  );
});
