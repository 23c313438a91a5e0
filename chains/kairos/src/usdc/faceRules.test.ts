import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest } from "@polis/codec";
import { faceAddress } from "../addresses.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestChain } from "../testing/testChain.ts";
import { allowanceSlot } from "./face/allowances.ts";
import { carryFaceRules, createFaceCache, faceRules, writtenFaceRules } from "./faceRules.ts";
import { blacklistSlot, faceSlot } from "./faceSlots.ts";

const frozen = testSigner(1).address;
const free = testSigner(2).address;

test("U12, U13: answers follow the storage of the state they are asked of, cached or not", () => {
  const chain = createTestChain(testGenesis({ fields: { usdc: { blacklisted: [`0x${frozen}`] } } }));
  const cache = createFaceCache();
  const before = chain.core.states.at(chain.first.digest)!;
  const overlay = chain.core.states.fork(chain.first.digest);
  overlay.setStorage(faceAddress, blacklistSlot(frozen), 0n);
  overlay.setStorage(faceAddress, blacklistSlot(free), 1n);
  overlay.setStorage(faceAddress, faceSlot.paused, 1n);
  overlay.seal();
  const block = "1".repeat(64) as Digest;
  chain.core.states.adopt(block, overlay);
  const after = chain.core.states.at(block)!;
  for (let round = 0; round < 2; round++) {
    const old = faceRules(before, before, cache);
    assert.deepEqual([old.isBlacklisted(frozen), old.isBlacklisted(free), old.isPaused()], [true, false, false]);
    const now = faceRules(after, after, cache);
    assert.deepEqual([now.isBlacklisted(frozen), now.isBlacklisted(free), now.isPaused()], [false, true, true]);
    assert.ok(now.isBlacklisted(faceAddress));
  }
});

test("a block that changed restrictions reads them where they were written", () => {
  const chain = createTestChain(testGenesis());
  const cache = createFaceCache();
  const parent = chain.core.states.at(chain.first.digest)!;
  const overlay = chain.core.states.fork(chain.first.digest);
  assert.deepEqual(
    [faceRules(overlay, parent, cache).isPaused(), faceRules(overlay, parent, cache).isBlacklisted(free)],
    [false, false],
  );
  overlay.setStorage(faceAddress, faceSlot.paused, 1n);
  overlay.setStorage(faceAddress, blacklistSlot(free), 1n);
  const written = writtenFaceRules(overlay);
  assert.deepEqual([written.isPaused(), written.isBlacklisted(free)], [true, true]);
  const old = faceRules(parent, parent, cache);
  assert.deepEqual([old.isPaused(), old.isBlacklisted(free)], [false, false]);
});

test("a block that wrote the face and left its restrictions keeps the parent's answers", () => {
  const chain = createTestChain(testGenesis({ fields: { usdc: { blacklisted: [`0x${frozen}`] } } }));
  const cache = createFaceCache();
  const parent = chain.core.states.at(chain.first.digest)!;
  assert.ok(faceRules(parent, parent, cache).isBlacklisted(frozen));
  const overlay = chain.core.states.fork(chain.first.digest);
  overlay.setStorage(faceAddress, allowanceSlot(frozen, free), 1n);
  overlay.seal();
  const block = "1".repeat(64) as Digest;
  chain.core.states.adopt(block, overlay);
  const sealed = chain.core.states.at(block)!;
  carryFaceRules(cache, parent, sealed);
  const unread: typeof sealed = { ...sealed, account: (of) => sealed.account(of), storage: () => assert.fail("read") };
  assert.ok(faceRules(unread, sealed, cache).isBlacklisted(frozen));
});

test("the cache keeps few roots", () => {
  const cache = createFaceCache();
  const roots = Array.from({ length: 9 }, (_, i) => `${i}`.repeat(64) as Digest);
  const facts = roots.map((root) => cache.factsOf(root));
  assert.equal(cache.factsOf(roots[8]!), facts[8]);
  assert.notEqual(cache.factsOf(roots[0]!), facts[0]);
});
