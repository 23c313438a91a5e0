import type { Address, Digest } from "@polis/codec";
import { usdc18 } from "@polis/codec";
import {
  type BlockEnv,
  type Committed,
  createEvm,
  type Evm,
  type EvmTransaction,
  type Execution,
  type NativeContract,
} from "@polis/evm";
import type { StateOverlay } from "@polis/state";
import { faceAddress } from "../../addresses.ts";
import type { KairosParams } from "../../params.ts";
import { testGenesis } from "../../testing/genesisFixture.ts";
import { createTestChain } from "../../testing/testChain.ts";
import { kairosRules } from "../kairosRules.ts";
import type { FaceWorld } from "./faceWorld.ts";

const nothing = new Uint8Array(0);
const stub = Uint8Array.of(0x60, 0x00, 0x60, 0x00, 0xfd);

/** What a test says of a transaction; the rest has a default that costs nothing. */
export type TestTransaction = Pick<EvmTransaction, "from" | "to"> & Partial<EvmTransaction>;

/** A world over the engine and a state tree's overlay. */
export interface EngineWorld extends FaceWorld {
  readonly overlay: StateOverlay;
  /** Executes and commits. Throws on a transaction that is invalid. */
  execute(transaction: TestTransaction): Execution & Committed;
}

/** Starts the engine with the rules of the chain on a genesis state. */
export function createEngineWorld(params: KairosParams): EngineWorld {
  const chain = createTestChain(testGenesis());
  const overlay = chain.core.states.fork(chain.first.digest);
  const contracts = new Map<Address, NativeContract>(kairosRules(params).natives);
  let evm: Evm | undefined;

  function execute(transaction: TestTransaction): Execution & Committed {
    evm ??= createEvm({ ...kairosRules(params), natives: new Map(contracts) });
    const full: EvmTransaction = {
      nonce: overlay.account(transaction.from)?.nonce ?? 0n,
      gasLimit: 5_000_000n,
      gasPrice: 0n,
      maxFeePerGas: 0n,
      value: 0n,
      data: nothing,
      accessList: [],
      ...transaction,
    };
    // Contracts of tests also send: the check of the sender's code is left out with the others of a simulated call.
    const result = evm.execute(overlay, envOf(params, world.timestampS), full, { simulated: true });
    if (!result.ok) throw new Error(`invalid transaction: ${result.invalid.why}`);
    return { ...result.value, ...evm.commit(overlay) };
  }

  const world: EngineWorld = {
    overlay,
    timestampS: 1_800_000_000,
    balance: (of) => overlay.account(of)?.balance ?? 0n,
    nonce: (of) => overlay.account(of)?.nonce ?? 0n,
    code: (of) => overlay.code(overlay.account(of)?.codeHash ?? ("" as Digest)) ?? nothing,
    storage: (of, slot) => overlay.storage(of, slot),
    execute,
    call({ from, to = faceAddress, data, value = 0n, gas = 1_000_000n }) {
      const accessList = ballast(data.length);
      const intrinsic = intrinsicGas(data) + 2_400n * BigInt(accessList.length);
      const { status, output, logs, gasSpent } = execute({
        from,
        to,
        data,
        value,
        gasLimit: gas + intrinsic,
        accessList,
      });
      return { success: status === 1, output, logs, gasUsed: gasSpent - intrinsic };
    },
    setAccount(address, balance, code = nothing) {
      overlay.setAccount(address, overlay.account(address)?.nonce ?? 0n, usdc18(balance));
      overlay.setCode(address, code);
    },
    setStorage: (address, slot, value) => overlay.setStorage(address, slot, value),
    setContract(address, contract) {
      contracts.set(address, contract);
      evm = undefined;
      overlay.setAccount(address, 1n, usdc18(overlay.account(address)?.balance ?? 0n));
      overlay.setCode(address, stub);
    },
  };
  return world;
}

/** Accounts nobody uses, warmed up so that the floor of EIP-7623 stays below the gas that is measured. */
function ballast(calldataBytes: number): EvmTransaction["accessList"] {
  const count = Math.ceil((24 * calldataBytes) / 2_400);
  return Array.from({ length: count }, (_, i) => ({
    address: (0xba11a5700 + i).toString(16).padStart(40, "0") as Address,
    slots: [],
  }));
}

function intrinsicGas(data: Uint8Array): bigint {
  return 21_000n + data.reduce((sum, byte) => sum + (byte === 0 ? 4n : 16n), 0n);
}

function envOf({ chainId }: KairosParams, timestampS: number): BlockEnv {
  return {
    chainId,
    number: 1n,
    timestampS,
    coinbase: "0".repeat(40) as Address,
    prevRandao: "0".repeat(64) as Digest,
    baseFee: 0n,
    gasLimit: 60_000_000n,
    blobBaseFee: 1n,
    blockHash: () => undefined,
  };
}
