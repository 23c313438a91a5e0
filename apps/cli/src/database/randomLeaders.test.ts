import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { TestNetwork } from "../testing/network.ts";
import { exportChain } from "./chainFile/exportChain.ts";
import { importChain } from "./chainFile/importChain.ts";
import { readNodeFiles } from "./nodeFiles.ts";
import { rollbackDatabase } from "./rollback/rollbackDatabase.ts";
import { verifyDatabase } from "./verify/verifyDatabase.ts";

const nothing = () => undefined;

test("a chain of threshold certificates, seeds and random leaders is checked, copied and set back too", {
  timeout: 60_000,
}, async (t) => {
  const consensus = { n: 2, f: 0, empty_block_interval: "20ms", view_timeout: "1s", leader_manager: "Random" };
  const genesis = { randomness: "seed", leader: "random" };
  const net = await TestNetwork.generate(2, { scheme: "threshold", genesis, settings: { consensus } });
  t.after(() => net.close());
  await net.start();
  await net.call(0, "eth_sendRawTransaction", net.payers[0]!.pay(net.payers[1]!.address).raw);
  await net.reaches(8);
  await Promise.all([net.stop(0), net.stop(1)]);
  const { configPath } = net.made.nodes[0]!;
  const files = readNodeFiles({ config: configPath });
  const good = async (what = files) => {
    const { problems, height } = await verifyDatabase(what, nothing);
    assert.deepEqual(problems, []);
    return height;
  };
  const tip = await good();
  const file = join(net.dir, "chain.kairos.zst");
  const head = await exportChain({ ...files, file, from: 1, to: undefined }, nothing);
  const otherConfig = join(net.dir, "net", "node0", "other.toml");
  writeFileSync(otherConfig, readFileSync(configPath, "utf8").replace('path = "data"', 'path = "other"'));
  const other = readNodeFiles({ config: otherConfig });
  const { height } = await importChain(other, file, nothing, nothing);
  assert.deepEqual([height, await good(other)], [head.to, tip]);
  const { to } = await rollbackDatabase(other, tip - 3, nothing, nothing);
  assert.equal(await good(other), to);
  assert.ok(to < tip);
  assert.deepEqual([files.genesis.leader, files.genesis.params.randomness], ["random", "seed"]);
});
