import type { Address, Digest } from "@polis/codec";
import { type Answer, type Method, method, refusal, result } from "@polis/kairos";
import { maxMined } from "../chain/devChain.ts";
import type { DevNode } from "../devNode.ts";

const seconds = { name: "seconds", type: "number", maxBits: 40 } as const;
const timestamp = { name: "timestamp", type: "number", maxBits: 40 } as const;
const optional = { optional: true } as const;
const mineOptions = {
  name: "options",
  type: "union",
  of: [
    timestamp,
    {
      name: "options",
      type: "object",
      fields: [
        { ...timestamp, ...optional },
        { ...blocks(), ...optional },
      ],
    },
  ],
  form: "a timestamp or {timestamp, blocks}",
  ...optional,
} as const;

function blocks() {
  return { name: "blocks", type: "number", maxBits: 32 } as const;
}

/** Making blocks and setting the clock, as Hardhat's and Foundry's nodes name it. */
export function miningMethods(node: DevNode): Readonly<Record<string, Method>> {
  const mineMany = method(
    [
      { ...blocks(), ...optional },
      { ...seconds, name: "interval", ...optional },
    ],
    (_, args) => mine(node, args[0] ?? 1n, undefined, args[1]),
  );
  const automine = method([{ name: "enabled", type: "boolean" }], async (_, [enabled]) => {
    node.chain.automine = enabled;
    if (enabled) await node.chain.minePending();
    return result(true);
  });
  const getAutomine = method([], () => result(node.chain.automine));
  return {
    evm_mine: method([mineOptions], (_, [options]) => {
      if (options === undefined || typeof options === "bigint") return mine(node, 1n, options, undefined);
      return mine(node, options.blocks ?? 1n, options.timestamp, undefined);
    }),
    hardhat_mine: mineMany,
    anvil_mine: mineMany,
    evm_increaseTime: method([seconds], (_, [by]) => result(node.chain.clock.increase(Number(by)))),
    evm_setNextBlockTimestamp: method([timestamp], (_, [at]) => setNext(node, at) ?? result(null)),
    evm_setTime: method([timestamp], (_, [at]) => {
      const { clock } = node.chain;
      return result(clock.increase(Number(at) - clock.nowS()));
    }),
    anvil_setBlockTimestampInterval: method([seconds], (_, [interval]) => {
      node.chain.clock.setInterval(Number(interval));
      return result(null);
    }),
    anvil_removeBlockTimestampInterval: method([], () => {
      const wasSet = node.chain.clock.state.intervalS !== undefined;
      node.chain.clock.setInterval(undefined);
      return result(wasSet);
    }),
    evm_setAutomine: automine,
    anvil_setAutomine: automine,
    anvil_getAutomine: getAutomine,
    hardhat_getAutomine: getAutomine,
    // The same word means milliseconds to Hardhat and seconds to Foundry; each namespace keeps its own unit.
    evm_setIntervalMining: intervalMethod(node, "milliseconds", 1),
    anvil_setIntervalMining: intervalMethod(node, "seconds", 1_000),
    ...twice(
      "setNextBlockBaseFeePerGas",
      method([{ name: "baseFee", type: "number", maxBits: 128 }], (_, [baseFee]) => {
        node.chain.setNextBlock({ baseFee });
        return result(true);
      }),
    ),
    ...twice(
      "setCoinbase",
      nextBlock(node, "coinbase", "address", (to) => ({ beneficiary: to as Address })),
    ),
    ...twice(
      "setPrevRandao",
      nextBlock(node, "prevRandao", "hash", (to) => ({ prevRandao: to as Digest })),
    ),
  };
}

/** One method under the prefixes of Hardhat and of Foundry. */
export function twice(name: string, method: Method): Readonly<Record<string, Method>> {
  return { [`hardhat_${name}`]: method, [`anvil_${name}`]: method };
}

async function mine(
  node: DevNode,
  count: bigint,
  at: bigint | undefined,
  interval: bigint | undefined,
): Promise<Answer> {
  if (count > maxMined) return refusal(-32602, `invalid parameter blocks: ${count}, the limit is ${maxMined}`);
  const refused = at === undefined ? undefined : setNext(node, at);
  if (refused !== undefined) return refused;
  await node.chain.mine(Number(count), interval === undefined ? undefined : Number(interval));
  return result("0x0");
}

function setNext({ chain }: DevNode, at: bigint): Answer | undefined {
  const { timestampS } = chain.head.header;
  if (at <= timestampS) {
    return refusal(-32602, `invalid parameter timestamp: ${at} is not after the last block's ${timestampS}`);
  }
  chain.clock.setNext(Number(at));
  return undefined;
}

function intervalMethod(node: DevNode, unit: string, toMs: number): Method {
  return method([{ name: unit, type: "number", maxBits: 31 }], (_, [interval]) => {
    const ms = Number(interval) * toMs;
    if (ms > 0x7fff_ffff) return refusal(-32602, `invalid parameter ${unit}: longer than 24 days`);
    node.miner.set(ms);
    return result(true);
  });
}

function nextBlock(
  { chain }: DevNode,
  name: string,
  type: "address" | "hash",
  next: (value: string) => Parameters<DevNode["chain"]["setNextBlock"]>[0],
): Method {
  return method([{ name, type }], (_, [value]) => {
    chain.setNextBlock(next(value));
    return result(true);
  });
}
