import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EffectQueue } from "./effectQueue.ts";

/** An effect with a name; a barrier resolves when it is released. */
interface Effect {
  readonly name: number;
  readonly isBarrier: boolean;
}

function queueOf() {
  const carried: number[] = [];
  const release: (() => void)[] = [];
  const failures: unknown[] = [];
  const queue = new EffectQueue<Effect>(
    ({ name, isBarrier }) => {
      carried.push(name);
      return isBarrier ? new Promise<void>((resolve) => release.push(resolve)) : undefined;
    },
    (error) => failures.push(error),
  );
  return { queue, carried, release, failures };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("effects are carried out in order, and nothing passes a barrier before it is durable (I14)", async () => {
  const steps = fc.array(fc.array(fc.boolean(), { maxLength: 4 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const { queue, carried, release } = queueOf();
      let name = 0;
      const effects = all.map((step) => step.map((isBarrier) => ({ name: name++, isBarrier })));
      for (const step of effects) queue.push(step);
      const flat = effects.flat();
      const barriers = flat.filter(({ isBarrier }) => isBarrier);
      for (const barrier of barriers) {
        assert.equal(carried.at(-1), barrier.name, "the queue stands at the barrier");
        release.shift()!();
        await settled();
      }
      assert.deepEqual(
        carried,
        flat.map(({ name }) => name),
      );
      assert.equal(queue.length, 0);
    }),
    { numRuns: 50 },
  );
});

test("work runs between steps, after the barrier that is under way, and gives what it returns or throws", async () => {
  const { queue, carried, release } = queueOf();
  queue.push([{ name: 1, isBarrier: true }]);
  const seen = queue.run(() => [...carried]);
  const thrown = queue.run(() => {
    throw new RangeError("no");
  });
  queue.push([{ name: 2, isBarrier: false }]);
  assert.deepEqual(carried, [1]);
  release[0]!();
  assert.deepEqual(await seen, [1]);
  await assert.rejects(thrown, RangeError);
  assert.deepEqual(carried, [1, 2]);
});

test("a barrier that fails ends the queue: it is told once, what waits is not carried out, and work is refused", async () => {
  const failures: unknown[] = [];
  const carried: number[] = [];
  const queue = new EffectQueue<number>(
    (effect) => {
      carried.push(effect);
      return effect === 1 ? Promise.reject(new Error("the disk is full")) : undefined;
    },
    (error) => failures.push(error),
  );
  queue.push([1, 2]);
  const waiting = queue.run(() => 0);
  await assert.rejects(waiting, /disk is full/);
  queue.push([3]);
  assert.deepEqual(carried, [1]);
  assert.equal(failures.length, 1);
  await assert.rejects(
    queue.run(() => 0),
    /stopping/,
  );
});

test("closing waits for what is under way and takes nothing more", async () => {
  const { queue, carried, release, failures } = queueOf();
  queue.push([
    { name: 1, isBarrier: true },
    { name: 2, isBarrier: false },
  ]);
  const closed = queue.close();
  release[0]!();
  await closed;
  queue.push([{ name: 3, isBarrier: false }]);
  assert.deepEqual(carried, [1, 2]);
  assert.deepEqual(failures, []);
});

test("a disk that takes too long is a failure, not a queue without end", () => {
  const { queue, failures } = queueOf();
  queue.push([{ name: 0, isBarrier: true }]);
  const many = Array.from({ length: 100_001 }, (_, name) => ({ name, isBarrier: false }));
  queue.push(many);
  assert.match(String(failures[0]), /wait for the disk/);
});
