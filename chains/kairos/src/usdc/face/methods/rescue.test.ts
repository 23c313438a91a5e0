import assert from "node:assert/strict";
import type { FaceWorld } from "../../testing/faceWorld.ts";
import { callToken, hex, people } from "../../testing/token.ts";
import { answering, padRight } from "../../testing/wallets.ts";
import { testFace } from "../../testing/worlds.ts";

const token = people.carol;
const word = (hexText: string) => Uint8Array.fromHex(hexText.padStart(64, "0"));
const rescue = (world: FaceWorld, from: "rescuer" | "owner" = "rescuer") =>
  callToken(world, from, "rescueERC20", [hex(token), "bob", 9n]);

testFace("the rescuer moves foreign tokens that the face holds", (world) => {
  const contract = answering(true, word("1"));
  world.setContract(token, contract);
  assert.equal(rescue(world).reason, undefined);
  const [asked] = contract.asked;
  assert.deepEqual([asked?.caller, asked?.isStatic], [people.face, false]);
  assert.equal(asked?.input, `a9059cbb${people.bob.padStart(64, "0")}${"9".padStart(64, "0")}`);
  assert.equal(rescue(world, "owner").reason, "Rescuable: caller is not the rescuer");
});

testFace("rescueERC20 judges the token's answer as SafeERC20 does", (world) => {
  const reasonOf = (success: boolean, output: Uint8Array) => {
    world.setContract(token, answering(success, output));
    return rescue(world).reason;
  };
  const said = Uint8Array.fromHex(
    `08c379a0${"20".padStart(64, "0")}${"2".padStart(64, "0")}${padRight("6e6f").toHex()}`,
  );
  assert.equal(reasonOf(true, new Uint8Array(0)), undefined);
  assert.equal(reasonOf(true, word("0")), "SafeERC20: ERC20 operation did not succeed");
  assert.equal(reasonOf(true, word("2")), "");
  assert.equal(reasonOf(true, word("1").subarray(1)), "");
  assert.equal(reasonOf(false, new Uint8Array(0)), "SafeERC20: low-level call failed");
  assert.equal(reasonOf(false, said), "no");
});

testFace("an account without code is no token, and the face itself is blacklisted", (world) => {
  assert.equal(rescue(world).reason, "Address: call to non-contract");
  const own = callToken(world, "rescuer", "rescueERC20", ["face", "bob", 0n]);
  assert.equal(own.reason, "Blacklistable: account is blacklisted");
});
