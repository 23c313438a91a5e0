import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "@polis/codec";
import { type AbiFunction, encodeDeployData, encodeFunctionData, getContractAddress, type Hex } from "viem";
import { type Artifact, npmArtifact, ownArtifact } from "../../../../tools/ethereum/artifacts.ts";
import { createEvm } from "../createEvm.ts";
import { compareOutcomes } from "../testing/compareOutcomes.ts";
import { MemoryWorld } from "../testing/memoryWorld.ts";
import type { Message, Outcome } from "../testing/outcome.ts";
import { Random } from "../testing/random.ts";
import { type AbiParameter, randomArguments } from "../testing/randomArguments.ts";
import { runOnReference } from "../testing/reference.ts";
import { runOnSubject } from "../testing/subject.ts";

const SENDER = "5e".repeat(20) as Address;
const OTHER = "0e".repeat(20) as Address;
const evm = createEvm({ fork: "prague", fees: "burnAndTip" });

/** Contracts that deploy one after the other into one world, as their users do. */
const contracts: readonly { readonly name: string; readonly artifact: Artifact; readonly args: Args }[] = [
  { name: "Token20", artifact: ownArtifact("Token20"), args: () => ["Token", "TOK", 10n ** 24n] },
  { name: "Token20 again", artifact: ownArtifact("Token20"), args: () => ["Other", "OTH", 10n ** 24n] },
  { name: "Token721", artifact: ownArtifact("Token721"), args: () => [] },
  { name: "Token1155", artifact: ownArtifact("Token1155"), args: () => [] },
  { name: "Probe", artifact: ownArtifact("Probe"), args: () => [7n] },
  { name: "WETH9", artifact: npmArtifact("@uniswap/v2-periphery/build/WETH9.json"), args: () => [] },
  {
    name: "UniswapV2Factory",
    artifact: npmArtifact("@uniswap/v2-core/build/UniswapV2Factory.json"),
    args: () => [`0x${SENDER}`],
  },
  {
    name: "UniswapV2Router02",
    artifact: npmArtifact("@uniswap/v2-periphery/build/UniswapV2Router02.json"),
    args: (at) => [at("UniswapV2Factory"), at("WETH9")],
  },
];

type Args = (at: (name: string) => Hex) => readonly unknown[];

test("deployed contracts behave as in the reference, whatever they are called with", async () => {
  const world = new MemoryWorld().put(SENDER, { balance: 10n ** 24n }).put(OTHER, { balance: 1n });
  const deployed = new Map<string, Hex>();
  const at = (name: string) => deployed.get(name)!;
  for (const { name, artifact, args } of contracts) {
    const address = getContractAddress({ from: `0x${SENDER}`, nonce: world.account(SENDER)!.nonce });
    const data = encodeDeployData({ abi: artifact.abi, bytecode: artifact.bytecode, args: [...args(at)] });
    const outcome = await compare(world, { to: undefined, value: 0n, data: bytes(data) }, `creation of ${name}`);
    assert.equal(outcome.ended, "success", name);
    deployed.set(name, address.toLowerCase() as Hex);
  }
  const addresses = [...deployed.values(), `0x${SENDER}`, `0x${OTHER}`, `0x${"0".repeat(40)}`] as Hex[];
  const random = new Random(11);
  let succeeded = 0;
  for (let round = 0; round < 12; round++) {
    for (const { name, artifact } of contracts) {
      const functions = artifact.abi.filter((item): item is AbiFunction => item.type === "function");
      if (functions.length === 0) continue;
      const called = random.pick(functions);
      const args = randomArguments(random, called.inputs as readonly AbiParameter[], addresses);
      const data = bytes(encodeFunctionData({ abi: [called], functionName: called.name, args }));
      const value = called.stateMutability === "payable" ? BigInt(random.below(1000)) : 0n;
      const to = at(name).slice(2) as Address;
      const outcome = await compare(world, { to, value, data }, `${name}.${called.name}(${args.join(", ")})`);
      if (outcome.ended === "success") succeeded++;
    }
  }
  assert.ok(succeeded > 40, `${succeeded} calls succeed`);
});

async function compare(world: MemoryWorld, part: Pick<Message, "to" | "value" | "data">, name: string) {
  const message: Message = { ...part, from: SENDER, gasLimit: 12_000_000n };
  const theirs: Outcome = await runOnReference(world.clone(), message, "prague");
  const ours = runOnSubject(evm, world, message);
  assert.equal(compareOutcomes(ours, theirs), undefined, name);
  return ours;
}

function bytes(hex: Hex): Uint8Array {
  return Uint8Array.fromHex(hex.slice(2));
}
