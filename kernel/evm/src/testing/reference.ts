import { Common, Hardfork, Mainnet } from "@ethereumjs/common";
import { createEVM, type EVM } from "@ethereumjs/evm";
import { SimpleStateManager } from "@ethereumjs/statemanager";
import { bytesToBigInt, createAccount, Address as JsAddress, setLengthLeft } from "@ethereumjs/util";
import { type Address, addressToBytes, type Digest, digestToBytes } from "@polis/codec";
import { sha256 } from "@polis/crypto";
import { pointEvaluation } from "../precompiles/pointEvaluation.ts";
import type { Fork } from "../seam/rules.ts";
import { delegationOf } from "../transaction/delegation.ts";
import { intrinsicGas } from "../transaction/intrinsicGas.ts";
import { billGas } from "../transaction/settle.ts";
import { describeWorld, type MemoryWorld, type WorldAccount } from "./memoryWorld.ts";
import { comparedBlock, type Message, type Outcome, type StepRecord } from "./outcome.ts";

const HARDFORKS: Readonly<Record<Fork, Hardfork>> = {
  cancun: Hardfork.Cancun,
  prague: Hardfork.Prague,
  osaka: Hardfork.Osaka,
};

/**
 * Runs a message on `@ethereumjs/evm` and records its steps. Where it shows a step it grows memory before the gas for it
 * is checked, which fails in JavaScript for huge offsets; such a message is compared without steps.
 */
export async function stepOnReference(world: MemoryWorld, message: Message, fork: Fork): Promise<Outcome> {
  try {
    return await runOnReference(world, message, fork, true);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return await runOnReference(world, message, fork);
  }
}

/** Runs a message on `@ethereumjs/evm` with what its VM does around the frames: warm addresses, destruction, clean-up. */
export async function runOnReference(
  world: MemoryWorld,
  message: Message,
  fork: Fork,
  withSteps = false,
): Promise<Outcome> {
  const state = new SimpleStateManager();
  await fill(state, world);
  const common = new Common({ chain: Mainnet, hardfork: HARDFORKS[fork], customCrypto: { kzg: kzg as never } });
  const evm = await createEVM({ common, stateManager: state, blockchain: blockchain as never });
  const steps: StepRecord[] = [];
  if (withSteps) watch(evm, steps);
  warm(evm, message, world);
  const intrinsic = intrinsicGas({ ...message, accessList: [] }, fork);
  const { execResult } = await evm.runCall({
    block: block as never,
    caller: jsAddress(message.from),
    ...(message.to === undefined ? {} : { to: jsAddress(message.to) }),
    value: message.value,
    data: message.data,
    gasLimit: message.gasLimit - intrinsic.gas,
  });
  for (const address of execResult.selfdestruct?.keys() ?? [])
    if (execResult.createdAddresses?.has(address) === true)
      await evm.journal.deleteAccount(jsAddress(address.slice(2) as Address));
  await evm.journal.cleanup();
  const gasLeft = message.gasLimit - intrinsic.gas - execResult.executionGasUsed;
  const bill = billGas(message.gasLimit, gasLeft, execResult.gasRefund ?? 0n, intrinsic.floor);
  const error = execResult.exceptionError?.error;
  return {
    ended: error === undefined ? "success" : error === "revert" ? "revert" : "halt",
    gasUsed: bill.gasSpent,
    refund: bill.gasRefunded,
    output: execResult.returnValue.toHex(),
    logs: (execResult.logs ?? []).map(
      ([address, topics, data]) =>
        `${address.toHex()} ${topics.map((topic) => topic.toHex()).join(",")} ${data.toHex()}`,
    ),
    world: describeWorld(dump(state)),
    steps,
  };
}

/** The reference brings no KZG of its own; the arithmetic is tested with public vectors, here it is only needed. */
const kzg = {
  verifyProof(commitment: string, z: string, y: string, proof: string): boolean {
    const bytes = (hex: string) => Uint8Array.fromHex(hex.slice(2));
    const versioned = sha256(bytes(commitment));
    versioned[0] = 1;
    const input = [versioned, bytes(z), bytes(y), bytes(commitment), bytes(proof)].flatMap((part) => [...part]);
    return pointEvaluation.run(Uint8Array.from(input)) !== undefined;
  },
};

const block = {
  header: {
    number: comparedBlock.number,
    coinbase: jsAddress(comparedBlock.coinbase),
    timestamp: BigInt(comparedBlock.timestampS),
    difficulty: 0n,
    prevRandao: digestToBytes(comparedBlock.prevRandao),
    gasLimit: comparedBlock.gasLimit,
    baseFeePerGas: 0n,
    getBlobGasPrice: () => comparedBlock.blobBaseFee,
  },
};

const blockchain = {
  getBlock: (number: number | bigint) =>
    Promise.resolve({
      hash: () => digestToBytes(comparedBlock.blockHash(BigInt(number)) ?? ("0".repeat(64) as Digest)),
    }),
  putBlock: () => Promise.resolve(),
  shallowCopy: () => blockchain,
};

function jsAddress(address: Address): JsAddress {
  return new JsAddress(addressToBytes(address));
}

function warm(evm: EVM, { from, to }: Message, world: MemoryWorld): void {
  for (const precompile of evm.precompiles.keys()) evm.journal.addAlwaysWarmAddress(precompile);
  const target = to === undefined ? undefined : delegationOf(world.accounts.get(to)?.code ?? new Uint8Array(0));
  for (const address of [from, comparedBlock.coinbase, to, target].filter((one) => one !== undefined))
    evm.journal.addAlwaysWarmAddress(address);
}

function watch(evm: EVM, steps: StepRecord[]): void {
  evm.events.on("step", (step, resume) => {
    const { depth, pc, opcode, gasLeft, stack, memoryWordCount, gasRefund } = step;
    const memory = Number(memoryWordCount) * 32;
    steps.push({ depth, pc, op: opcode.code, gas: gasLeft, stack: [...stack], memory, refund: gasRefund });
    resume?.();
  });
}

async function fill(state: SimpleStateManager, world: MemoryWorld): Promise<void> {
  for (const [address, { nonce, balance, code, storage }] of world.accounts) {
    const at = jsAddress(address);
    await state.putAccount(at, createAccount({ nonce, balance }));
    if (code.length > 0) await state.putCode(at, code);
    for (const [slot, value] of storage) await state.putStorage(at, digestToBytes(slot), trimmed(value));
  }
}

/** Values are stored without leading zeros there. */
function trimmed(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return Uint8Array.fromHex(hex.length % 2 === 0 ? hex : `0${hex}`);
}

function dump(state: SimpleStateManager): Map<Address, WorldAccount> {
  const accounts = new Map<Address, WorldAccount>();
  const [held, codes, slots] = [state.accountStack.at(-1)!, state.codeStack.at(-1)!, state.storageStack.at(-1)!];
  for (const [key, account] of held) {
    if (account === undefined) continue;
    const code = account.codeHash.toHex() === EMPTY ? new Uint8Array(0) : (codes.get(key) ?? new Uint8Array(0));
    const { nonce, balance } = account;
    accounts.set(key.slice(2) as Address, { nonce, balance, code, storage: new Map() });
  }
  for (const [key, value] of slots) {
    const [address, slot] = key.split("_") as [string, string];
    const account = accounts.get(address.slice(2) as Address);
    account?.storage.set(setLengthLeft(Uint8Array.fromHex(slot.slice(2)), 32).toHex() as Digest, bytesToBigInt(value));
  }
  return accounts;
}

const EMPTY = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";
