import assert from "node:assert/strict";
import { test } from "node:test";
import { type Millis, millis } from "@polis/codec";
import fc from "fast-check";
import { DriftWindow } from "./driftWindow.ts";
import { type ClockChange, LocalClock } from "./localClock.ts";

const HOUR = 3_600_000;

/** A node whose clock is off; a block of another author comes every six seconds. */
class Watched {
  clock = new LocalClock(undefined);
  /** True time. */
  time = 1_000_000_000;
  readonly changes: ClockChange[] = [];

  /** @param offMs how far this node's clock is ahead */
  blocks(count: number, offMs: number): this {
    for (let i = 0; i < count; i++) {
      this.time += 6_000;
      this.#note(this.clock.observeBlock(this.#at(this.time + offMs), this.#at(this.time)));
    }
    return this;
  }

  /** Statuses of three peers, every ten seconds. */
  statuses(count: number, offMs: number): this {
    for (let i = 0; i < count; i++) {
      this.time += 10_000;
      for (const peer of ["a", "b", "c"]) {
        this.#note(this.clock.observeStatus(this.#at(this.time + offMs), peer, this.#at(this.time), undefined));
      }
    }
    return this;
  }

  restart(): this {
    this.clock = new LocalClock(this.clock.json());
    return this;
  }

  get path(): string {
    return this.changes.map(({ to }) => to).join(" ");
  }

  #at(time: number): Millis {
    return millis(time);
  }

  #note(change: ClockChange | undefined): void {
    if (change !== undefined) this.changes.push(change);
  }
}

test("a good clock is healthy and may produce", () => {
  const node = new Watched().blocks(300, 200);
  assert.equal(node.path, "");
  assert.equal(node.clock.status, "Healthy");
  assert.equal(node.clock.mayProduce, true);
  assert.equal(node.clock.driftMs, 200);
  assert.equal(node.clock.averageMs, 199);
});

test("every transition of 11.2, at its limit", () => {
  const rows: readonly (readonly [string, Watched, string])[] = [
    ["1,000 ms stays Healthy", new Watched().blocks(200, 1_000), ""],
    ["above 1,000 ms Degraded", new Watched().blocks(200, 1_010), "Degraded"],
    ["1,500 ms stays Degraded", new Watched().blocks(200, 1_500), "Degraded"],
    ["above 1,500 ms Excluded", new Watched().blocks(200, 1_510), "Degraded Excluded"],
    ["behind counts as ahead does", new Watched().blocks(200, -1_510), "Degraded Excluded"],
    ["2 good blocks are too few for Degraded", new Watched().blocks(60, 1_200).blocks(2, 0), "Degraded"],
    ["3 good blocks end Degraded", new Watched().blocks(60, 1_200).blocks(3, 0), "Degraded Healthy"],
    [
      "a bad one between begins anew",
      new Watched().blocks(60, 1_200).blocks(2, 0).blocks(1, 900).blocks(2, 0),
      "Degraded",
    ],
    ["799 ms is good", new Watched().blocks(60, 1_200).blocks(3, 799), "Degraded Healthy"],
    ["800 ms is not good", new Watched().blocks(60, 1_200).blocks(3, 800), "Degraded"],
    ["1,310 ms keeps Excluded", new Watched().blocks(60, 2_000).blocks(200, 1_310), "Degraded Excluded"],
    ["below 1,300 ms Recovering", new Watched().blocks(60, 2_000).blocks(200, 1_290), "Degraded Excluded Recovering"],
    [
      "from Recovering back to Excluded",
      new Watched().blocks(60, 2_000).blocks(200, 1_290).blocks(200, 1_600),
      "Degraded Excluded Recovering Excluded",
    ],
    [
      "5 good blocks end Recovering",
      new Watched().blocks(60, 2_000).blocks(200, 1_290).blocks(5, 700),
      "Degraded Excluded Recovering Healthy",
    ],
    ["4 do not", new Watched().blocks(60, 2_000).blocks(200, 1_290).blocks(4, 700), "Degraded Excluded Recovering"],
  ];
  for (const [what, node, path] of rows) assert.equal(node.path, path, what);
});

test("only Healthy and Degraded may produce, and a node that may not can recover", () => {
  const node = new Watched().blocks(60, 1_200);
  assert.equal(node.clock.mayProduce, true);
  node.blocks(60, 2_000);
  assert.deepEqual([node.clock.status, node.clock.mayProduce], ["Excluded", false]);
  node.blocks(30, 0);
  assert.equal(node.path, "Degraded Excluded Recovering Healthy");
});

test("one late block changes nothing: the median and the average take it", () => {
  const node = new Watched().blocks(30, 100);
  node.clock.observeBlock(millis(node.time), millis(node.time - 500_000));
  assert.equal(node.blocks(30, 100).path, "");
  const first = new LocalClock(undefined);
  first.observeStatus(millis(9_000_000), "liar", millis(0), undefined);
  assert.equal(first.status, "Healthy");
});

test("one lying peer among others cannot move the clock", () => {
  const clock = new LocalClock(undefined);
  for (let i = 1; i < 1_000; i++) {
    const now = millis(1_000_000_000 + i * 1_000);
    clock.observeStatus(now, "liar", millis(5), undefined);
    if (i % 10 === 0) for (const peer of ["a", "b"]) clock.observeStatus(now, peer, now, undefined);
  }
  assert.equal(clock.status, "Healthy");
  assert.equal(clock.driftMs, 0);
});

test("a status is compared with the middle of its way", () => {
  const clock = new LocalClock(undefined);
  clock.observeStatus(millis(10_400), "a", millis(10_000), millis(10_000));
  assert.equal(clock.driftMs, 200);
});

test("a clock that jumps excludes the node within a minute and a half, and setting it right brings it back", () => {
  const node = new Watched().blocks(100, 50).blocks(15, 60_000);
  assert.equal(node.clock.status, "Excluded");
  node.blocks(100, 50);
  assert.equal(node.path, "Excluded Recovering Healthy");
});

test("after a gap of more than an hour the first sample only sets the baseline", () => {
  const node = new Watched().blocks(100, 50);
  node.time += HOUR + 1;
  node.blocks(1, 9_000_000);
  assert.deepEqual([node.clock.status, node.clock.driftMs, node.clock.averageMs], ["Healthy", 0, 0]);
  const jumped = new Watched().blocks(100, 50);
  jumped.blocks(1, 2 * HOUR);
  assert.deepEqual([jumped.clock.status, jumped.clock.averageMs], ["Healthy", 0]);
  jumped.blocks(20, 2 * HOUR);
  assert.equal(jumped.clock.status, "Excluded");
});

test("a clock that is set back far is judged anew as well", () => {
  const node = new Watched().blocks(100, 50).blocks(1, -2 * HOUR);
  assert.equal(node.clock.driftMs, 0);
  node.blocks(20, -2 * HOUR);
  assert.equal(node.clock.status, "Excluded");
});

test("a restart does not reset the status", () => {
  const node = new Watched().blocks(60, 2_000).restart();
  assert.equal(node.clock.status, "Excluded");
  node.blocks(1, 0);
  assert.equal(node.clock.status, "Excluded");
  assert.equal(node.blocks(40, 0).path, "Degraded Excluded Recovering Healthy");
});

test("while no block of others comes for a minute, good statuses bring a node back", () => {
  const node = new Watched().blocks(60, 2_000).statuses(5, 0);
  assert.equal(node.clock.status, "Excluded");
  assert.equal(node.statuses(30, 0).path, "Degraded Excluded Recovering Healthy");
  const running = new Watched().blocks(60, 2_000);
  for (let i = 0; i < 60; i++) running.statuses(1, 0).blocks(1, 1_400);
  assert.equal(running.clock.status, "Recovering");
});

test("the wider limits hold above 30 % unwell validators, until they are below 15 % for ten minutes", () => {
  const node = new Watched();
  const observe = (unwell: number) => node.clock.observeNetwork(millis(node.time), unwell, 100);
  observe(30);
  assert.equal(node.clock.json().emergency_mode, false);
  observe(31);
  assert.equal(node.clock.json().emergency_mode, true);
  assert.equal(node.blocks(200, 1_450).path, "");
  observe(14);
  node.time += 599_999;
  observe(14);
  assert.equal(node.clock.json().emergency_mode, true);
  observe(15);
  node.time += HOUR / 2;
  observe(14);
  assert.equal(node.clock.json().emergency_mode, true);
  node.time += 600_000;
  observe(14);
  assert.equal(node.clock.json().emergency_mode, false);
  assert.equal(node.blocks(1, 1_450).path, "Degraded");
});

test("the JSON form", () => {
  const node = new Watched().blocks(60, 2_000);
  const { status_since, last_observation, ...rest } = node.clock.json();
  assert.ok(typeof status_since === "number" && typeof last_observation === "number");
  assert.deepEqual(rest, {
    ...{
      status: "Excluded",
      drift_ms: 2_000,
      can_produce_blocks: false,
      emergency_mode: false,
      priority_modifier: "0.0",
    },
    ...{ sample_count: 20, average_us: 1_994_518, good_observations: 0 },
    lifetime_stats: { observations: 60, changes: 2, exclusions: 1, recoveries: 0 },
  });
  assert.deepEqual(new LocalClock(node.clock.json()).json(), { ...node.clock.json(), drift_ms: 0, sample_count: 0 });
});

test("a broken file begins anew", () => {
  const good = new Watched().blocks(60, 2_000).clock.json();
  const broken = [
    null,
    7,
    "x",
    [],
    {},
    { ...good, status: "Best" },
    { ...good, average_us: -1 },
    { ...good, good_observations: "3" },
    { ...good, lifetime_stats: null },
    { ...good, lifetime_stats: { observations: 1 } },
  ];
  for (const saved of broken) assert.equal(new LocalClock(saved).status, "Healthy");
});

test("whatever is observed, everything stays an integer and the samples stay few", () => {
  const sample = fc.tuple(fc.nat(20_000), fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), fc.constantFrom("a", "b", ""));
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 300 }), (samples) => {
      const clock = new LocalClock(undefined);
      let now = 2 ** 51;
      for (const [after, off, peer] of samples) {
        now += after;
        if (peer === "") clock.observeBlock(millis(now), millis(now - off));
        else clock.observeStatus(millis(now), peer, millis(now - off), undefined);
      }
      const { drift_ms, average_us, sample_count } = clock.json();
      for (const value of [drift_ms, average_us, sample_count, clock.averageMs]) assert.ok(Number.isSafeInteger(value));
      assert.ok((sample_count as number) <= 120);
    }),
  );
});

test("the median is that of the sorted samples of two minutes", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9_999, max: 9_999 }), { minLength: 1, maxLength: 100 }), (drifts) => {
      const window = new DriftWindow();
      for (const drift of drifts) window.add(1_000, drift, undefined);
      const median = window.median();
      assert.ok(drifts.filter((d) => d <= median).length * 2 >= drifts.length);
      assert.ok(drifts.filter((d) => d >= median).length * 2 >= drifts.length);
    }),
  );
});
