/**
 * How long gas can keep the engine busy: every instruction and precompile in an endless loop until its gas is gone, the
 * slowest first. A block of 30 M gas may hold any of them. Run: node kernel/evm/src/evm.bench.ts [gas, default 5000000]
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Address } from "@polis/codec";
import { createEvm } from "./createEvm.ts";
import type { EvmTransaction } from "./seam/transaction.ts";
import { CodeBuilder } from "./testing/codeBuilder.ts";
import { MemoryWorld } from "./testing/memoryWorld.ts";
import { comparedBlock } from "./testing/outcome.ts";

const gasLimit = BigInt(process.argv[2] ?? 5_000_000);
const BLOCK_GAS = 30_000_000;
/** A call that costs more would leave too few rounds to measure. */
const MAX_CALL_GAS = 500_000;
const from = "5e".repeat(20) as Address;
const to = "a0".repeat(20) as Address;
const leaf = "a1".repeat(20) as Address;
const evm = createEvm({ fork: "osaka", fees: "burnAndTip" });

/** An endless loop around a body that leaves the stack as it was. */
interface Burner {
  readonly name: string;
  readonly body: (b: CodeBuilder) => CodeBuilder;
  /** Copied to memory before the loop. */
  readonly data?: Uint8Array;
}

const MAX = (1n << 256n) - 1n;
const unary = (name: string, op: number): Burner => ({
  name,
  body: (b) =>
    b
      .push(MAX - 5n)
      .op(op, 1, 1)
      .op(0x50, 1),
});
const binary = (name: string, op: number, a: bigint, b: bigint): Burner => ({
  name,
  body: (c) => c.push(b).push(a).op(op, 2, 1).op(0x50, 1),
});
const ternary = (name: string, op: number): Burner => ({
  name,
  body: (b) =>
    b
      .push(MAX - 1n)
      .push(MAX - 3n)
      .push(MAX - 7n)
      .op(op, 3, 1)
      .op(0x50, 1),
});
const copy = (name: string, op: number, size: number): Burner => ({
  name: `${name} of ${size} bytes`,
  body: (b) => b.push(size).push(0).push(7).op(op, 3),
});

const instructions: readonly Burner[] = [
  { name: "JUMPDEST", body: (b) => Array.from({ length: 500 }).reduce<CodeBuilder>((c) => c.op(0x5b), b) },
  { name: "PC POP", body: (b) => b.op(0x58, 0, 1).op(0x50, 1) },
  binary("ADD", 0x01, MAX, 3n),
  binary("MUL", 0x02, MAX - 5n, MAX - 9n),
  binary("DIV", 0x04, MAX, (1n << 129n) - 3n),
  binary("SDIV", 0x05, MAX - 1n, (1n << 129n) - 3n),
  binary("MOD", 0x06, MAX, (1n << 129n) - 3n),
  binary("EXP", 0x0a, 3n, MAX),
  ternary("ADDMOD", 0x08),
  ternary("MULMOD", 0x09),
  binary("SAR", 0x1d, 77n, MAX - 1n),
  unary("CLZ", 0x1e),
  { name: "KECCAK256 of 0 bytes", body: (b) => b.push(0).push(0).op(0x20, 2, 1).op(0x50, 1) },
  { name: "KECCAK256 of 32 KiB", body: (b) => b.push(32_768).push(0).op(0x20, 2, 1).op(0x50, 1) },
  { name: "MSTORE", body: (b) => b.push(MAX).push(1).op(0x52, 2) },
  copy("CALLDATACOPY", 0x37, 32_768),
  copy("CODECOPY", 0x39, 32_768),
  copy("MCOPY", 0x5e, 32_768),
  copy("MCOPY", 0x5e, 33),
  { name: "SLOAD warm", body: (b) => b.push(1).op(0x54, 1, 1).op(0x50, 1) },
  { name: "SLOAD cold", body: (b) => b.op(0x5a, 0, 1).op(0x54, 1, 1).op(0x50, 1) },
  { name: "SSTORE warm", body: (b) => b.op(0x5a, 0, 1).push(1).op(0x55, 2) },
  { name: "SSTORE new slots", body: (b) => b.push(1).op(0x5a, 0, 1).op(0x55, 2) },
  { name: "TSTORE new slots", body: (b) => b.push(1).op(0x5a, 0, 1).op(0x5d, 2) },
  { name: "BALANCE cold", body: (b) => b.op(0x5a, 0, 1).op(0x31, 1, 1).op(0x50, 1) },
  { name: "BALANCE warm", body: (b) => b.op(0x30, 0, 1).op(0x31, 1, 1).op(0x50, 1) },
  { name: "EXTCODEHASH warm", body: (b) => b.op(0x30, 0, 1).op(0x3f, 1, 1).op(0x50, 1) },
  { name: "LOG4 of 0 bytes", body: (b) => b.push(1).push(2).push(3).push(4).push(0).push(0).op(0xa4, 6) },
  { name: "CALL of a leaf", body: (b) => callTo(b, leaf, 0, 0) },
  { name: "CREATE of nothing", body: (b) => b.push(0).push(0).push(0).op(0xf0, 3, 1).op(0x50, 1) },
  {
    name: "CREATE2 of 49,152 zeros",
    body: (b) => b.op(0x5a, 0, 1).push(49_152).push(0).push(0).op(0xf5, 4, 1).op(0x50, 1),
  },
];

const ADDRESSES: readonly (readonly [part: string, address: number])[] = [
  ["ecrecover", 1],
  ["sha256", 2],
  ["ripemd", 3],
  ["identity", 4],
  ["modexp", 5],
  ["bn256add", 6],
  ["bn256scalarmul", 7],
  ["bn256pairing", 8],
  ["blake2f", 9],
  ["pointevaluation", 10],
  ["blsg1add", 11],
  ["blsg1multiexp", 12],
  ["blsg1mul", 12],
  ["blsg2add", 13],
  ["blsg2multiexp", 14],
  ["blsg2mul", 14],
  ["blspairing", 15],
  ["blsmapg1", 16],
  ["blsmapg2", 17],
  ["p256", 256],
];

main();

function main(): void {
  const rows = [...instructions, ...precompiles()].map(measure).sort((a, b) => b.msPerBlock - a.msPerBlock);
  for (const { name, perSecond, msPerBlock } of rows)
    console.log(
      `${name.padEnd(44)} ${perSecond.toFixed(0).padStart(7)} Mgas/s ${msPerBlock.toFixed(0).padStart(6)} ms a block`,
    );
}

function measure({ name, body, data = new Uint8Array(0) }: Burner) {
  const code = new CodeBuilder().push(data.length).push(0).push(0).op(0x37, 3);
  const loop = code.label();
  body(code.place(loop)).pushLabel(loop).op(0x56, 1);
  run(code.build(), data);
  // Time of the processor, so that other work on the machine does not count.
  const start = process.cpuUsage();
  const gas = run(code.build(), data);
  const { user, system } = process.cpuUsage(start);
  const ms = (user + system) / 1e3;
  const perSecond = Number(gas) / ms / 1e3;
  return { name, perSecond, msPerBlock: BLOCK_GAS / 1e3 / perSecond };
}

function run(code: Uint8Array, data: Uint8Array): bigint {
  const world = new MemoryWorld()
    .put(from, { balance: 1n })
    .put(to, { nonce: 1n, code })
    .put(leaf, { code: Uint8Array.of(0) });
  const transaction: EvmTransaction = {
    from,
    to,
    nonce: 0n,
    gasLimit: gasLimit + 100_000n,
    gasPrice: 0n,
    maxFeePerGas: 0n,
    value: 0n,
    data,
    accessList: [],
  };
  const result = evm.execute(world, comparedBlock, transaction, { simulated: true });
  if (!result.ok) throw new Error(result.invalid.why);
  return result.value.gasSpent;
}

function callTo(b: CodeBuilder, address: string, inBytes: number, outBytes: number): CodeBuilder {
  b.push(outBytes).push(inBytes).push(inBytes).push(0).pushBytes(Uint8Array.fromHex(address)).op(0x5a, 0, 1);
  return b.op(0xfa, 6, 1).op(0x50, 1);
}

/** The dearest input of each file of precompile vectors. */
function precompiles(): Burner[] {
  const folder = new URL("../../../../shared/vectors/precompiles/", import.meta.url);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) => {
    const address = ADDRESSES.find(([part]) => file.toLowerCase().includes(part))?.[1];
    if (address === undefined || file.startsWith("fail")) return [];
    const vectors = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as {
      Input: string;
      Gas?: number;
      Name: string;
    }[];
    const [dearest] = vectors
      .filter(({ Input, Gas }) => Input.length < 40_000 && (Gas ?? 0) < MAX_CALL_GAS)
      .sort((a, b) => (b.Gas ?? 0) - (a.Gas ?? 0));
    if (dearest === undefined) return [];
    const data = Uint8Array.fromHex(dearest.Input);
    const body = (b: CodeBuilder) => callTo(b, address.toString(16).padStart(40, "0"), data.length, 64);
    return [{ name: `${file.replace(".json", "")} ${dearest.Name}`.slice(0, 44), body, data }];
  });
}
