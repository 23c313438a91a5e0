import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { digest } from "@polis/codec";
import { SeedError } from "../errors.ts";
import { genesisHash, startSeedWorld, temporaryPath } from "../testing/seedWorld.ts";
import { openPeerFile } from "./peerFile.ts";

test("a server that starts again knows its peers and their scores", async () => {
  const { path, remove } = temporaryPath("data");
  const world = await startSeedWorld({ dataDirectory: path });
  for (const node of [1, 2, 3]) await world.beat(node);
  const before = [...world.seed.service.registry.all()];
  await world.close();
  assert.deepEqual(readdirSync(path), ["peers.json"], "nothing temporary is left");
  assert.equal(statSync(join(path, "peers.json")).mode & 0o777, 0o600);
  const again = await startSeedWorld({ dataDirectory: path });
  assert.deepEqual([...again.seed.service.registry.all()], before);
  assert.equal(again.seed.service.list().list.peers.length, 3, "and lists them at once");
  assert.equal((await again.beat(1)).error, "ReplayedHeartbeat");
  await again.close();
  remove();
});

test("a file of another chain counts for nothing", async () => {
  const { path, remove } = temporaryPath("data");
  const world = await startSeedWorld({ dataDirectory: path });
  await world.beat(1);
  await world.close();
  assert.equal(openPeerFile(path, genesisHash).load().length, 1);
  assert.equal(openPeerFile(path, digest("99".repeat(32))).load().length, 0);
  remove();
});

test("a damaged file stops the start and is not overwritten", async () => {
  const { path, remove } = temporaryPath("data");
  const file = openPeerFile(path, genesisHash);
  const name = join(path, "peers.json");
  for (const text of [
    "",
    "{",
    "[]",
    '{"format":2,"genesis_hash":"","peers":[]}',
    `{"format":1,"genesis_hash":"${genesisHash}","peers":[1]}`,
  ]) {
    writeFileSync(name, text);
    assert.throws(
      () => file.load(),
      (error) => error instanceof SeedError && error.code === "PEER_FILE" && error.exitCode === 2,
    );
    await assert.rejects(startSeedWorld({ dataDirectory: path }), SeedError);
    assert.equal(readFileSync(name, "utf8"), text);
  }
  remove();
});

test("a directory that cannot be made is the operator's to mend", () => {
  const { path, remove } = temporaryPath("file");
  writeFileSync(path, "");
  assert.throws(
    () => openPeerFile(join(path, "data"), genesisHash),
    (error) => error instanceof SeedError && error.code === "DATA_DIRECTORY",
  );
  remove();
});
