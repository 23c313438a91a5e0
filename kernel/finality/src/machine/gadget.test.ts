import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { World, type WorldOptions } from "../testing/world.ts";

/** A small generator of numbers from one seed. */
function randomFrom(seed: number): (limit: number) => number {
  let state = (seed | 1) >>> 0;
  return (limit) => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % limit;
  };
}

function run(options: Omit<WorldOptions, "random">, seed: number, endMs: number, restarts = 0): World {
  const random = randomFrom(seed);
  const world = new World({ ...options, random });
  const active = options.n - options.twoFaced - (options.silent ?? 0);
  for (let i = 1; i <= restarts; i++) {
    world.runTo((options.chaosUntilMs * i) / (restarts + 1));
    world.restart(random(active));
  }
  world.runTo(endMs);
  world.checkOneChain();
  return world;
}

const calm = { twoFaced: 0, chaosUntilMs: 0, chaosMs: 0 };

test("a healthy network finalizes within a few slots of the head", () => {
  const world = run({ ...calm, n: 4 }, 1, 120_000);
  for (const { finalized } of world.nodes) {
    const lag = world.head - finalized.at(-1)!.number;
    assert.ok(lag <= 3, `lag ${lag}`);
  }
});

test("fewer than three voters finalize nothing (kratos-core 7.8)", () => {
  const world = new World({ ...calm, n: 2, random: randomFrom(1) });
  assert.equal(world.nodes[0]!.gadget.active, false);
});

test("with a third of the voters silent nothing is final, with one less it goes on", () => {
  assert.equal(run({ ...calm, n: 6, silent: 2 }, 3, 120_000).nodes[0]!.finalized.length, 0);
  assert.ok(run({ ...calm, n: 7, silent: 2 }, 3, 120_000).nodes[0]!.finalized.length > 5);
});

test("sets hand over at their last block, and the next one goes on from there (kratos-core 7.2)", () => {
  const world = run({ ...calm, n: 4, setLength: 5 }, 5, 240_000);
  for (const { gadget, finalized } of world.nodes) {
    assert.ok(gadget.set.id >= 5, `set ${gadget.set.id}`);
    const handoffs = finalized.filter(({ number }) => number % 5 === 0).map(({ number }) => number);
    assert.deepEqual(handoffs.slice(0, 4), [5, 10, 15, 20]);
  }
});

test("no two final blocks contradict each other, whatever is lost, late, two-faced or restarted; and calm brings finality", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1 }),
      fc.constantFrom([4, 1], [5, 1], [7, 2], [4, 0]),
      fc.boolean(),
      fc.integer({ min: 0, max: 3 }),
      (seed, [n, twoFaced], hasSets, restarts) => {
        const options = { n: n!, twoFaced: twoFaced!, chaosUntilMs: 60_000, chaosMs: 9_000 };
        const world = run({ ...options, ...(hasSets ? { setLength: 7 } : {}) }, seed, 220_000, restarts);
        for (const { finalized } of world.nodes) {
          const lag = world.head - (finalized.at(-1)?.number ?? 0);
          assert.ok(lag <= 6, `lag ${lag} of ${world.head}`);
        }
      },
    ),
    { numRuns: 10 },
  );
});

test("two-faced voters are found out", () => {
  const world = run({ n: 4, twoFaced: 1, chaosUntilMs: 0, chaosMs: 0 }, 9, 120_000);
  assert.deepEqual([...world.equivocators], [world.voters[3]!.account]);
});

test("a node that was away comes back by the justifications of the others", () => {
  const options = { ...calm, n: 4, setLength: 5, random: randomFrom(11) };
  const world = new World(options);
  world.runTo(30_000);
  world.cutOff(0, 150_000);
  world.runTo(150_000);
  const before = world.nodes[0]!.finalized.at(-1)?.number ?? 0;
  world.runTo(200_000);
  assert.ok(world.nodes[1]!.finalized.at(-1)!.number > before + 10);
  assert.ok(world.head - world.nodes[0]!.finalized.at(-1)!.number <= 4);
});

test("where every voter is needed, one that restarts between prevote and precommit finds the round before again", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const world = run({ n: 3, twoFaced: 0, chaosUntilMs: 60_000, chaosMs: 9_000 }, seed, 200_000, 3);
    for (const { finalized } of world.nodes) {
      const lag = world.head - (finalized.at(-1)?.number ?? 0);
      assert.ok(lag <= 6, `seed ${seed}: lag ${lag} of ${world.head}`);
    }
  }
});

/**
 * Two-faced voters that fall silent when some have heard them and others have not, restarts, one honest voter cut off, forks:
 * all from the seed.
 */
function ordeal(seed: number): World {
  const [n, twoFaced] = (
    [
      [4, 1],
      [4, 1],
      [5, 1],
      [7, 2],
      [3, 0],
      [6, 1],
    ] as const
  )[seed % 6]!;
  const random = randomFrom(seed * 2_654_435_761);
  const chaosUntilMs = 60_000;
  const world = new World({
    ...{ n, twoFaced, random, chaosUntilMs, chaosMs: 4_000 + random(12_000) },
    liesUntilMs: [20_000, 45_000, 70_000][seed % 3]!,
    ...(seed % 2 === 1 && { setLength: 3 + random(8) }),
  });
  for (let part = 1; part <= 6; part++) {
    world.runTo((chaosUntilMs * part) / 7);
    if (random(2) === 1) world.restart(random(n - twoFaced));
    if (part === 3 && random(2) === 1) world.cutOff(random(n - twoFaced), chaosUntilMs + random(60_000));
  }
  world.runTo(chaosUntilMs + 200_000);
  return world;
}

test("voters that lie to some and then are silent stop nobody (146: one kept to a branch that finality had ended)", () => {
  for (const seed of [146, 2, 29, 35, 98, 149, 180, 217]) {
    const world = ordeal(seed);
    world.checkOneChain();
    for (const { finalized } of world.nodes) {
      const lag = world.head - (finalized.at(-1)?.number ?? 0);
      assert.ok(lag <= 6, `seed ${seed}: lag ${lag} of ${world.head}`);
    }
  }
});
