import { type Address, address, digest } from "@polis/codec";
import { CodeBuilder } from "../../testing/codeBuilder.ts";
import { MemoryWorld } from "../../testing/memoryWorld.ts";

/** The accounts of the scene. */
export const scene = {
  sender: address("a1".repeat(20)),
  actor: address("b1".repeat(20)),
  storer: address("b2".repeat(20)),
  reverter: address("b3".repeat(20)),
  broken: address("b4".repeat(20)),
  destroyer: address("b5".repeat(20)),
  stranger: address("b6".repeat(20)),
} as const;

const [call, delegateCall, staticCall, create, create2] = [0xf1, 0xf4, 0xfa, 0xf0, 0xf5];

/** Calls with bytes 28 to 31 of memory as input and a word of room for the output; drops the verdict. */
function calls(code: CodeBuilder, op: number, to: Address, gas: number, value: number): void {
  code.push(32).push(0).push(4).push(28);
  if (op === call) code.push(value);
  code.pushBytes(Uint8Array.fromHex(to)).push(gas).op(op, 0, 0).op(0x50);
}

/** Init code of eleven bytes that returns the `code` behind it. */
function initCodeOf(code: Uint8Array): Uint8Array {
  const size = code.length;
  return Uint8Array.from([0x60, size, 0x80, 0x60, 0x0b, 0x5f, 0x39, 0x5f, 0xf3, 0x00, 0x00, ...code]);
}

/** Code that calls, creates, logs, stores and fails in most ways that tracers tell apart. */
function actorCode(): Uint8Array {
  const code = new CodeBuilder();
  code.push(0xdeadbeef).push(0).op(0x52);
  calls(code, call, scene.storer, 100_000, 3);
  calls(code, delegateCall, scene.storer, 100_000, 0);
  calls(code, staticCall, scene.storer, 50_000, 0);
  calls(code, staticCall, address("4".padStart(40, "0")), 1000, 0);
  calls(code, call, scene.reverter, 50_000, 0);
  calls(code, call, scene.broken, 20_000, 0);
  calls(code, call, scene.storer, 2000, 0);
  calls(code, call, scene.stranger, 0, 1);
  calls(code, call, address("8".padStart(40, "0")), 100_000, 0);
  code.push(7).push(1).push(0x20).push(0).op(0xa1);
  const child = initCodeOf(Uint8Array.fromHex(`73${scene.stranger}ff`));
  code.pushBytes(child.subarray(0, 32)).push(0x40).op(0x52);
  if (child.length > 32)
    code
      .pushBytes(padded(child.subarray(32)))
      .push(0x60)
      .op(0x52);
  code.push(child.length).push(0x40).push(2).op(create);
  code.push(0).push(0).push(0).push(0).push(0).op(0x85).push(60_000).op(call).op(0x50).op(0x50);
  code.push(0x55).push(child.length).push(0x40).push(0).op(create2).op(0x50);
  code.pushBytes(Uint8Array.fromHex("60006000fd")).push(0).op(0x52).push(5).push(27).push(0).op(create).op(0x50);
  calls(code, call, scene.destroyer, 100_000, 0);
  code.push(5).op(0x54).push(1).op(0x01).push(6).op(0x55);
  code.push(0).push(9).op(0x55);
  return code.push(0x20).push(0).op(0xf3).build();
}

function padded(bytes: Uint8Array): Uint8Array {
  const word = new Uint8Array(32);
  word.set(bytes);
  return word;
}

/** Writes slot 1, reads slot 2, emits an empty log and returns its value. */
const storerCode = "6001600155" + "60025450" + "5f5fa0" + "345f5260205ff3";
/** Emits an empty log, then reverts with Error("no"). */
const reverterCode =
  "5f5fa0" + "6308c379a060e01b5f52" + "6020600452" + "6002602452" + "616e6f60f01b604452" + "60645ffd";

/** Balances, codes and slots of the scene. */
export function sceneWorld(): MemoryWorld {
  const word = (n: number) => digest(n.toString(16).padStart(64, "0"));
  return new MemoryWorld()
    .put(scene.sender, { balance: 10n ** 20n, nonce: 0n })
    .put(scene.actor, {
      balance: 1000n,
      nonce: 1n,
      code: actorCode(),
      storage: new Map([
        [word(5), 41n],
        [word(9), 8n],
      ]),
    })
    .put(scene.storer, { nonce: 1n, code: Uint8Array.fromHex(storerCode), storage: new Map([[word(2), 22n]]) })
    .put(scene.reverter, { nonce: 1n, code: Uint8Array.fromHex(reverterCode) })
    .put(scene.broken, { nonce: 1n, code: Uint8Array.fromHex("6001fe") })
    .put(scene.destroyer, { balance: 50n, nonce: 1n, code: Uint8Array.fromHex(`73${scene.stranger}ff`) });
}
