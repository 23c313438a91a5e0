import assert from "node:assert/strict";
import { faceSlot } from "../../faceSlots.ts";
import { callToken, people } from "../../testing/token.ts";
import { testFace } from "../../testing/worlds.ts";

const given = [
  ["masterMinter", "updateMasterMinter", "MasterMinterChanged", "FiatToken: new masterMinter is the zero address"],
  ["pauser", "updatePauser", "PauserChanged", "Pausable: new pauser is the zero address"],
  ["blacklister", "updateBlacklister", "BlacklisterChanged", "Blacklistable: new blacklister is the zero address"],
  ["rescuer", "updateRescuer", "RescuerChanged", "Rescuable: new rescuer is the zero address"],
] as const;

for (const [role, update, event, zeroReason] of given) {
  testFace(`U10: the owner gives the role ${role}, paused or not`, (world) => {
    callToken(world, "pauser", "pause");
    assert.equal(callToken(world, "bob", role).value, role);
    assert.equal(callToken(world, role, update, ["bob"]).reason, "Ownable: caller is not the owner");
    assert.equal(callToken(world, "owner", update, ["zero"]).reason, zeroReason);
    assert.deepEqual(callToken(world, "owner", update, ["bob"]).events, [`${event}(bob)`]);
    assert.equal(callToken(world, "bob", role).value, "bob");
    assert.equal(world.storage(people.face, faceSlot[role]), BigInt(`0x${people.bob}`));
  });
}

testFace("the owner passes on ownership, not to zero and not to a blacklisted account (U12)", (world) => {
  const pass = (from: "owner" | "bob", to: string) => callToken(world, from, "transferOwnership", [to]);
  assert.equal(pass("bob", "bob").reason, "Ownable: caller is not the owner");
  assert.equal(pass("owner", "zero").reason, "Ownable: new owner is the zero address");
  assert.equal(pass("owner", "frozen").reason, "Blacklistable: account is blacklisted");
  assert.deepEqual(pass("owner", "bob").events, ["OwnershipTransferred(owner, bob)"]);
  assert.equal(callToken(world, "alice", "owner").value, "bob");
  assert.equal(pass("owner", "owner").reason, "Ownable: caller is not the owner");
});

testFace("U10: a role that nobody holds cannot be used from the zero address", (world) => {
  for (const role of ["owner", "masterMinter", "pauser", "blacklister", "rescuer"] as const) {
    world.setStorage(people.face, faceSlot[role], 0n);
  }
  const calls = [
    ["updatePauser", ["bob"], "Ownable: caller is not the owner"],
    ["configureMinter", ["bob", 1n], "FiatToken: caller is not the masterMinter"],
    ["pause", [], "Pausable: caller is not the pauser"],
    ["blacklist", ["bob"], "Blacklistable: caller is not the blacklister"],
    ["rescueERC20", ["bob", "bob", 1n], "Rescuable: caller is not the rescuer"],
  ] as const;
  for (const [method, args, reason] of calls) assert.equal(callToken(world, "zero", method, args).reason, reason);
});
