import assert from "node:assert/strict";
import { test } from "node:test";
import { parseScenario, playScenario, quorumFor, Recorder, type Scenario } from "@polis/simulator";
import { Playback } from "./playback.ts";
import { PRESETS } from "./presets.ts";
import { Column, Recording } from "./recording.ts";
import { type Cast, Story } from "./story.ts";

function castOf({ n, faulty, faults }: Scenario): Cast {
  const twins = faulty.filter(([, name]) => name === "twins").map(([index]) => index);
  const validatorOf = [...Array.from({ length: n }, (_, i) => i), ...twins];
  return { n, ...quorumFor(n), validatorOf, faulty: new Map(faulty), faults };
}

/** A whole run with its playback and its story. */
function shown(text: string) {
  const scenario = parseScenario(text);
  const recorder = new Recorder();
  const report = playScenario(scenario, recorder);
  const recording = new Recording();
  recording.append(recorder.take());
  const cast = castOf(scenario);
  const story = new Story(recording, cast);
  story.update();
  story.judge(report.violations);
  return { report, recording, cast, story, playback: new Playback(recording, cast.validatorOf.length) };
}

test("a column grows and finds", () => {
  const column = new Column(new Uint32Array(0));
  column.push(Uint32Array.of(1, 3));
  column.push(Uint32Array.from({ length: 9000 }, (_, i) => i + 3));
  assert.equal(column.length, 9002);
  assert.deepEqual([column.at(1), column.at(2), column.at(9001), column.at(9002)], [3, 3, 9002, 0]);
  assert.deepEqual(
    [column.firstFrom(0), column.firstFrom(2), column.firstFrom(3), column.firstFrom(10_000)],
    [0, 1, 1, 9002],
  );
});

test("the playback knows at each time what the replicas knew, whichever way one comes", () => {
  const { playback, report } = shown("seed=1&n=6&s=6&at=8.6.0.7.2.9&fault=crash:5:2000-3000");
  const at = (us: number) => {
    playback.seek(us);
    return structuredClone(playback.nodes);
  };
  const early = at(1_500_000);
  const down = at(2_500_000);
  const late = at(6_000_000);
  assert.deepEqual(at(2_500_000), down, "back");
  assert.deepEqual(at(1_500_000), early);
  assert.deepEqual(at(6_000_000), late, "and on");
  assert.ok(early.every((node) => node.up && node.view > 3));
  assert.deepEqual(
    down.map(({ up }) => up),
    [true, true, true, true, true, false],
  );
  assert.equal(Math.max(...late.map(({ finalHeight }) => finalHeight)), report.finalizedHeight);
  assert.ok(late[5]!.up && late[5]!.finalHeight > report.finalizedHeight - 5, "it has caught up");
  const [first, sixth] = [late[0]!.chain, late[5]!.chain];
  for (const [height, block] of sixth.entries()) assert.equal(block, first[height] ?? block, `height ${height}`);
  const view = late[0]!.finalView;
  assert.equal(playback.label(0, view), "final");
  assert.equal(playback.label(0, 9_999), "unseen");
  assert.equal(playback.label(0, late[0]!.view), "progress");
});

test("labels: nullified views are red, a view with votes of a minority is in progress", () => {
  const { playback, story } = shown("seed=1&n=6&s=8&at=8.6.0.7.2.9&bad=3:silent&fault=cut:0.1.2:6000-8000");
  playback.seek(5_900_000);
  const nullified = story.events.filter(({ tone, atUs }) => tone === "nullified" && atUs < 5_000_000);
  assert.ok(nullified.length > 0);
  for (const { view } of nullified) assert.equal(playback.label(0, view), "nullified", `view ${view}`);
  playback.seek(8_000_000);
  assert.ok(["progress", "notarized"].includes(playback.label(0, playback.nodes[0]!.view)));
});

test("the story tells a healthy run in order, and nothing is wrong in it", () => {
  const { story, report } = shown("seed=1&n=6&s=4&at=8.6.0.7.2.9");
  assert.ok(story.events.every(({ atUs }, i) => i === 0 || atUs >= story.events[i - 1]!.atUs));
  const finals = story.events.filter(({ tone }) => tone === "final");
  assert.equal(finals.length, report.finalizedHeight);
  assert.match(finals[0]!.text, /^View 1 final at height 1: 5 of 6 votes \(L\)$/);
  assert.ok(!story.events.some(({ tone }) => tone === "broken" || tone === "fault"));
  assert.deepEqual(story.forks, []);
  assert.equal(story.countUntil(0), 0);
  assert.equal(story.countUntil(4_000_000), story.events.length);
});

test("every preset shows what its text says", () => {
  const runs = new Map(PRESETS.filter(({ text }) => !text.includes("bug=")).map((one) => [one.name, shown(one.text)]));
  const tones = (name: string) => new Set(runs.get(name)!.story.events.map(({ tone }) => tone));
  for (const [name, { report, story }] of runs) {
    const isBroken = name === "Too many faults";
    assert.equal(report.violations.length > 0, isBroken, name);
    assert.equal(story.forks.length > 0, isBroken, name);
    assert.ok(report.finalizedHeight > 15, name);
  }
  assert.ok(!tones("Healthy").has("nullified"));
  assert.ok(tones("Silent leader").has("nullified"));
  assert.ok(runs.get("Equivocating leader")!.story.events.some(({ text }) => text.includes("equivocates")));
  assert.ok(runs.get("Crash and return")!.story.events.some(({ text }) => text === "Replica 5 runs again"));
  const fork = runs.get("Too many faults")!.story.forks[0]!;
  assert.ok(Math.abs(fork.atUs - 2_000_000) < 100_000, "at the time that the text names");
  const split = runs.get("Partition 4/2")!;
  const finals = split.story.events.filter(({ tone }) => tone === "final").map(({ atUs }) => atUs / 1000);
  assert.ok(!finals.some((ms) => ms > 3500 && ms < 11_000) && finals.some((ms) => ms > 11_000));
});
