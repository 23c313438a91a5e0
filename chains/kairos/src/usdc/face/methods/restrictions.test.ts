import assert from "node:assert/strict";
import { blacklistSlot, faceSlot } from "../../faceSlots.ts";
import { callToken, encodeCall, hex, people } from "../../testing/token.ts";
import { testFace } from "../../testing/worlds.ts";
import { changesRestrictions } from "../restrictionEvents.ts";

testFace("the pauser pauses and unpauses", (world) => {
  const denied = "Pausable: caller is not the pauser";
  assert.equal(callToken(world, "owner", "pause").reason, denied);
  assert.equal(callToken(world, "owner", "unpause").reason, denied);
  assert.deepEqual(callToken(world, "pauser", "pause").events, ["Pause()"]);
  assert.equal(callToken(world, "bob", "paused").value, true);
  assert.equal(world.storage(people.face, faceSlot.paused), 1n);
  assert.deepEqual(callToken(world, "pauser", "unpause").events, ["Unpause()"]);
  assert.equal(callToken(world, "bob", "paused").value, false);
});

testFace("the blacklister blacklists anybody but the owner, and takes back", (world) => {
  const denied = "Blacklistable: caller is not the blacklister";
  assert.equal(callToken(world, "owner", "blacklist", ["bob"]).reason, denied);
  assert.equal(callToken(world, "owner", "unBlacklist", ["bob"]).reason, denied);
  assert.equal(
    callToken(world, "blacklister", "blacklist", ["owner"]).reason,
    "NativeFiatTokenV2_2: cannot blacklist owner",
  );
  assert.equal(callToken(world, "bob", "isBlacklisted", ["bob"]).value, false);
  assert.deepEqual(callToken(world, "blacklister", "blacklist", ["bob"]).events, ["Blacklisted(bob)"]);
  assert.equal(callToken(world, "bob", "isBlacklisted", ["bob"]).value, true);
  assert.equal(world.storage(people.face, blacklistSlot(people.bob)), 1n);
  assert.deepEqual(callToken(world, "blacklister", "unBlacklist", ["bob"]).events, ["UnBlacklisted(bob)"]);
  assert.equal(callToken(world, "bob", "isBlacklisted", ["bob"]).value, false);
  assert.equal(callToken(world, "bob", "isBlacklisted", ["face"]).value, true);
});

testFace("exactly the methods that change restrictions are told by their logs", (world) => {
  const changes = (from: keyof typeof people, method: string, args: readonly unknown[]) =>
    changesRestrictions(world.call({ from: people[from], data: encodeCall(method, args) }).logs);
  const bob = hex(people.bob);
  assert.ok(changes("pauser", "pause", []));
  assert.ok(changes("pauser", "unpause", []));
  assert.ok(changes("blacklister", "blacklist", [bob]));
  assert.ok(changes("blacklister", "unBlacklist", [bob]));
  assert.ok(!changes("alice", "approve", [bob, 1n]));
  assert.ok(!changes("alice", "transfer", [bob, 1n]));
  assert.ok(!changes("bob", "pause", []));
  const { logs } = world.call({ from: people.pauser, data: encodeCall("pause", []) });
  assert.ok(!changesRestrictions(logs.map((log) => ({ ...log, address: people.bob }))));
});
