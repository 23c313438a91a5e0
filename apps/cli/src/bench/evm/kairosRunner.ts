import { type Address, type Digest, digestOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { type BlockEnv, createEvm, type Evm, type EvmTransaction } from "@polis/evm";
import { type Account, emptyRoot, type StateReader } from "@polis/state";
import { callee, type Program, programAddress } from "./programs.ts";

const sender = "5e4de4000000000000000000000000000000005e" as Address;

const env: BlockEnv = {
  chainId: 1n,
  number: 1n,
  timestampS: 1_800_000_000,
  coinbase: "c01b000000000000000000000000000000000000" as Address,
  prevRandao: "00".repeat(32) as Digest,
  baseFee: 0n,
  gasLimit: 1n << 40n,
  blobBaseFee: 1n,
  blockHash: () => undefined,
};

/** An engine for repeated runs of programs, as a node's: warm after the first. */
export function createRunner(): (program: Program) => { readonly ms: number; readonly gas: bigint } {
  const evm: Evm = createEvm({ fork: "prague", fees: "collect" });
  return (program) => {
    const state = stateOf(program);
    const start = performance.now();
    const result = evm.execute(state, env, transaction, { simulated: true });
    const ms = performance.now() - start;
    if (!result.ok) throw new Error(result.invalid.why);
    if (result.value.halt !== undefined) throw new Error(result.value.halt);
    return { ms, gas: result.value.gasSpent - 21_000n };
  };
}

const transaction: EvmTransaction = {
  from: sender,
  to: programAddress as Address,
  nonce: 0n,
  gasLimit: 1n << 40n,
  gasPrice: 0n,
  maxFeePerGas: 0n,
  value: 0n,
  data: new Uint8Array(0),
  accessList: [],
};

/** Two contracts and nothing else. */
function stateOf(program: Program): StateReader {
  const codes = new Map<string, Uint8Array>();
  const accounts = new Map<string, Account>();
  for (const [address, code] of [[programAddress, program.code] as const, [callee.address, callee.code] as const]) {
    const codeHash = digestOf(keccak256(code));
    codes.set(codeHash, code);
    accounts.set(address, { nonce: 1n, balance: 0n as Account["balance"], storageRoot: emptyRoot, codeHash });
  }
  return {
    account: (address) => accounts.get(address),
    storage: () => 0n,
    code: (hash) => codes.get(hash),
  };
}
