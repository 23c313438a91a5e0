import assert from "node:assert/strict";
import { test } from "node:test";
import { profileOf } from "../run/runSeed.ts";
import { simulate } from "../run/simulate.ts";
import { Recorder } from "./recorder.ts";
import { parseScenario } from "./scenarioText.ts";
import { playScenario, playSeed, startPlay } from "./startPlay.ts";
import { FLIGHT_KINDS, MARK_KINDS, NEVER_US, TRACE_LIMITS, type TraceChunk } from "./trace.ts";

const six = "n=6&s=6&at=8.6.0.7.2.9";
const play = (text: string, recorder?: Recorder) => playScenario(parseScenario(text), recorder);

/** All marks of a kind as [node, view, arg], with their time. */
function marksOf({ marks }: TraceChunk, kind: (typeof MARK_KINDS)[number]) {
  const number = MARK_KINDS.indexOf(kind);
  return [...marks.kind.keys()]
    .filter((i) => marks.kind[i] === number)
    .map((i) => ({ atMs: marks.atUs[i]! / 1000, node: marks.node[i]!, view: marks.view[i]!, arg: marks.arg[i]! }));
}

test("a scenario has one history, recorded or not", () => {
  const text = `seed=1&${six}&bad=2:equivocator&fault=crash:0:2000-3000`;
  const report = play(text);
  assert.equal(play(text).hash, report.hash);
  assert.deepEqual(play(text, new Recorder()), report);
  assert.deepEqual(report.violations, []);
  assert.notEqual(play(text.replace("seed=1", "seed=2")).hash, report.hash);
  assert.equal(report.restarts, 1);
});

test("the recording tells what the replicas do: every message, every vote, the whole chain", () => {
  const recorder = new Recorder();
  const report = play(`seed=1&${six}`, recorder);
  const chunk = recorder.take();
  const { flights } = chunk;
  assert.equal(flights.sentUs.length, report.messages);
  assert.ok(
    flights.sentUs.every((us, i) => i === 0 || us >= flights.sentUs[i - 1]!),
    "in order",
  );
  assert.ok(flights.arrivesUs.every((us, i) => us > flights.sentUs[i]!));
  const kinds = new Set([...flights.kind].map((kind) => FLIGHT_KINDS[kind]));
  for (const kind of ["proposal", "vote", "notarization", "finalization"] as const) assert.ok(kinds.has(kind), kind);
  const finals = marksOf(chunk, "final").filter(({ node }) => node === 0);
  assert.deepEqual(
    finals.map(({ arg }) => arg),
    finals.map((_, i) => i + 1),
    "each height once, in order",
  );
  assert.ok(finals.length >= report.finalizedHeight - 1);
  const counted = marksOf(chunk, "counted").filter(({ node, view }) => node === 3 && view === 5);
  assert.deepEqual(new Set(counted.map(({ arg }) => arg)).size, counted.length, "each signer once");
  assert.ok(counted.length >= 5);
  assert.equal(recorder.take().marks.atUs.length, 0, "taken once");
});

test("planned faults act in their time and only then", () => {
  const recorder = new Recorder();
  const faults = "cut:0.1:1000-3000,crash:5:3500-4500,slow:2:300:5000-6000,loss:500:5500-5600";
  play(`seed=1&${six}&fault=${faults}`, recorder);
  const chunk = recorder.take();
  const { flights } = chunk;
  const cut = (i: number) => flights.from[i]! < 2 !== flights.to[i]! < 2;
  for (const i of flights.sentUs.keys()) {
    const atMs = flights.sentUs[i]! / 1000;
    const lost = flights.arrivesUs[i] === NEVER_US;
    if (atMs > 1000 && atMs < 3000) assert.equal(lost, cut(i), `at ${atMs}`);
    else if (atMs < 1000 || (atMs > 3000 && atMs < 5500)) assert.ok(!lost, `at ${atMs}`);
    const slow = flights.from[i] === 2 || flights.to[i] === 2;
    if (slow && !lost && atMs > 5000) assert.ok(flights.arrivesUs[i]! - flights.sentUs[i]! >= 300_000);
  }
  assert.ok(
    [...flights.sentUs.keys()].some((i) => flights.sentUs[i]! > 5_500_000 && flights.arrivesUs[i] === NEVER_US),
  );
  assert.deepEqual(
    marksOf(chunk, "down").map(({ atMs, node }) => [atMs, node]),
    [[3500, 5]],
  );
  assert.deepEqual(
    marksOf(chunk, "up").filter(({ atMs }) => atMs > 0),
    [{ atMs: 4500, node: 5, view: 0, arg: 0 }],
  );
  const finals = marksOf(chunk, "final").map(({ atMs }) => atMs);
  assert.ok(!finals.some((atMs) => atMs > 1500 && atMs < 3000), "four of six cannot finalize");
  assert.ok(
    finals.some((atMs) => atMs > 4600),
    "and afterwards they can",
  );
});

test("more than f faults break safety, and the run goes on to show it", () => {
  const report = play("seed=15&n=6&s=4&at=8.6.0.7.2.9&bad=1:equivocator,4:equivocator");
  assert.ok(report.violations.some(({ code }) => code === "MI1"));
  assert.equal(report.simulatedMs, 4000);
});

test("a campaign seed keeps its hash under recording", () => {
  const { report, validatorOf } = playSeed(8, new Recorder());
  assert.deepEqual(report, simulate(profileOf(8)));
  assert.equal(validatorOf.length >= report.n, true);
});

test("a full recording ends the run", () => {
  for (const limits of [{ flights: 1000 }, { marks: 1000 }, { blocks: 5 }]) {
    const recorder = new Recorder({ ...TRACE_LIMITS, ...limits });
    const running = startPlay(parseScenario(`seed=1&${six}`), recorder);
    while (!running.done) running.step();
    assert.ok(recorder.full);
    assert.ok(running.nowMs < 4000);
    const { flights, marks, blocks } = recorder.take();
    const { flights: f = flights.sentUs.length, marks: m = marks.atUs.length, blocks: b = blocks.length } = limits;
    assert.deepEqual([flights.sentUs.length, marks.atUs.length, blocks.length], [f, m, b]);
  }
});
