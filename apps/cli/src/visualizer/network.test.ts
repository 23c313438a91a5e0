import assert from "node:assert/strict";
import { test } from "node:test";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import type { StateJson } from "./stateJson.ts";

const settings = { visualizer: { enabled: true, listen_address: "127.0.0.1:0" } };

/** `/api/state` of one validator's visualizer. */
async function stateOf(network: TestNetwork, index: number): Promise<StateJson> {
  const response = await fetch(`http://127.0.0.1:${network.node(index).visualizerPort}/api/state`);
  return (await response.json()) as StateJson;
}

test("A-VIS-3: six dashboards show the same hash for the same finalized view", { timeout: 60_000 }, async (t) => {
  const network = await TestNetwork.generate(6, { settings });
  t.after(() => network.close());
  await network.start();
  await network.reaches(12);
  const states = await Promise.all([0, 1, 2, 3, 4, 5].map((index) => stateOf(network, index)));
  const finals = states.map(({ views, finalized_view }) => {
    const final = views.filter(({ view, l_notarized_at }) => l_notarized_at !== "0" && +view <= +finalized_view);
    return new Map(final.map(({ view, block_hash, height, tx_count }) => [view, { block_hash, height, tx_count }]));
  });
  let compared = 0;
  for (const [view, block] of finals[0]!) {
    assert.match(block.block_hash!, /^[0-9a-f]{64}$/);
    for (const other of finals) {
      if (!other.has(view)) continue;
      assert.deepEqual(other.get(view), block, `view ${view}`);
      compared++;
    }
  }
  assert.ok(compared >= 50, `${compared} finalized views compared`);
  for (const [index, state] of states.entries()) {
    assert.deepEqual([state.node_index, state.node_n, state.node_f], [index, 6, 1]);
    assert.deepEqual([state.m_threshold, state.l_threshold], [3, 5]);
    for (const slot of state.views) {
      assert.equal(slot.leader, Number(slot.view) % 6);
      assert.equal(slot.digests, undefined, "correct validators vote for one digest");
      assert.ok(slot.vote_count <= 6 && slot.nullify_count <= 6);
      if (slot.l_notarized_at !== "0" && !slot.final_as_ancestor) assert.ok(slot.vote_count >= 5, JSON.stringify(slot));
      else if (slot.m_notarized_at !== "0") assert.ok(slot.vote_count >= 3, JSON.stringify(slot));
    }
    const first = state.views.find(({ view }) => view === "1")!;
    assert.notEqual(first.started_at, "0", "view 1 is initialized like any other");
  }
});

test("every key of the section does what it says, and a taken address is an error", async (t) => {
  const network = await TestNetwork.generate(1);
  t.after(() => network.close());
  await network.start();
  assert.equal(network.node(0).visualizerPort, undefined);
  const origin = "https://wallet.example";
  const open = await TestNetwork.generate(1, {
    settings: { visualizer: { ...settings.visualizer, cors_origins: [origin] } },
  });
  t.after(() => open.close());
  await open.start();
  const url = `http://127.0.0.1:${open.node(0).visualizerPort}/api/health`;
  const granted = await fetch(url, { headers: { origin } });
  assert.equal(granted.headers.get("access-control-allow-origin"), origin);
  const taken = await TestNetwork.generate(1, {
    settings: { visualizer: { enabled: true, listen_address: `127.0.0.1:${network.ports.jsonRpc}` } },
  });
  t.after(() => taken.close());
  await assert.rejects(taken.start(), { code: "EADDRINUSE" });
});

test("a node that joined late knows the blocks it was sent, with their sizes", { timeout: 60_000 }, async (t) => {
  const network = await TestNetwork.generate(6, { settings });
  t.after(() => network.close());
  await network.start([0, 1, 2, 3, 4]);
  await network.reaches(6, 20_000, [0, 1, 2, 3, 4]);
  await network.start([5]);
  await network.reaches(10, 20_000);
  await waitUntil("validator 5 shows finality", 10_000, async () => {
    const { finalized_height, total_nullifications } = await stateOf(network, 5);
    return Number(finalized_height) >= 10 && Number(total_nullifications) > 0;
  });
  const [own, other] = await Promise.all([stateOf(network, 5), stateOf(network, 0)]);
  for (const slot of own.views.filter(({ l_notarized_at }) => l_notarized_at !== "0")) {
    const same = other.views.find(({ view }) => view === slot.view);
    if (same?.block_hash != null && same.l_notarized_at !== "0") assert.equal(slot.block_hash, same.block_hash);
    assert.ok(Number(slot.height) > 0);
  }
  const missed = other.views.find(({ leader, nullified_at }) => leader === 5 && nullified_at !== "0");
  assert.ok(missed !== undefined && missed.nullify_count >= 3, "the view of the absent leader was nullified");
});
