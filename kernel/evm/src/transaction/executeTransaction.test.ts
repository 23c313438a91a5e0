import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address, Digest } from "@polis/codec";
import { createEvm } from "../createEvm.ts";
import type { ChainRules } from "../seam/rules.ts";
import type { Authorization, EvmTransaction, Execution, Leniency } from "../seam/transaction.ts";
import { CodeBuilder } from "../testing/codeBuilder.ts";
import { MemoryWorld } from "../testing/memoryWorld.ts";
import { comparedBlock } from "../testing/outcome.ts";
import { delegationTo } from "./delegation.ts";

const from = "aa".repeat(20) as Address;
const to = "bb".repeat(20) as Address;
const authority = "dd".repeat(20) as Address;
const { coinbase } = comparedBlock;
const env = { ...comparedBlock, baseFee: 7n };
const slot = (n: number) => n.toString(16).padStart(64, "0") as Digest;
const ethereum: ChainRules = { fork: "prague", fees: "burnAndTip" };

const transfer: EvmTransaction = {
  from,
  to,
  nonce: 0n,
  gasLimit: 100_000n,
  gasPrice: 10n,
  maxFeePerGas: 12n,
  value: 5n,
  data: new Uint8Array(0),
  accessList: [],
};

function run(
  change: Partial<EvmTransaction>,
  {
    rules = ethereum,
    code,
    world = new MemoryWorld(),
    leniency,
  }: {
    rules?: ChainRules;
    code?: CodeBuilder;
    world?: MemoryWorld;
    leniency?: Leniency;
  } = {},
): { readonly world: MemoryWorld; readonly execution: Execution; readonly balanceDelta: bigint } {
  if (!world.accounts.has(from)) world.put(from, { balance: 10_000_000n });
  if (code !== undefined) world.put(to, { nonce: 1n, code: code.build() });
  const evm = createEvm(rules);
  const result = evm.execute(world, env, { ...transfer, ...change }, leniency);
  assert.ok(result.ok, result.ok ? "" : result.invalid.why);
  return { world, execution: result.value, balanceDelta: evm.commit(world).balanceDelta };
}

const balance = (world: MemoryWorld, address: Address) => world.accounts.get(address)?.balance ?? 0n;

test("a transfer moves value, burns the base fee and pays the tip", () => {
  const { world, execution, balanceDelta } = run({});
  assert.equal(execution.gasUsed, 21_000n);
  assert.equal(balance(world, from), 10_000_000n - 210_000n - 5n);
  assert.equal(balance(world, to), 5n);
  assert.equal(balance(world, coinbase), 63_000n);
  assert.equal(balanceDelta, -147_000n);
  assert.equal(world.accounts.get(from)?.nonce, 1n);
});

test("a chain that collects fees credits nobody (F4)", () => {
  const { world, balanceDelta } = run({}, { rules: { fork: "prague", fees: "collect" } });
  assert.equal(balance(world, coinbase), 0n);
  assert.equal(balanceDelta, -210_000n);
});

test("a failed transaction pays for its gas and moves nothing else", () => {
  const { world, execution } = run({}, { code: new CodeBuilder().op(0xfe) });
  assert.deepEqual([execution.status, execution.halt, execution.gasUsed], [0, "invalidOpcode", 100_000n]);
  assert.equal(balance(world, from), 10_000_000n - 1_000_000n);
  assert.equal(balance(world, to), 0n);
});

test("a revert returns its output and the gas that is left", () => {
  const code = new CodeBuilder().push(0xabcd).push(0).op(0x52, 2).push(2).push(30).op(0xfd, 2);
  const { execution } = run({}, { code });
  assert.deepEqual([execution.status, execution.halt, execution.output.toHex()], [0, "revert", "abcd"]);
  assert.ok(execution.gasUsed < 21_100n);
});

test("clearing storage gives gas back, at most a fifth", () => {
  const world = new MemoryWorld();
  const clear = new CodeBuilder().push(0).push(1).op(0x55, 2);
  world.put(to, { nonce: 1n, code: clear.build(), storage: new Map([[slot(1), 9n]]) });
  const { execution } = run({ value: 0n }, { world });
  const spent = 21_000n + 2n + 3n + 5_000n;
  assert.deepEqual([execution.gasSpent, execution.gasRefunded, execution.gasUsed], [spent, 4_800n, spent - 4_800n]);
  assert.equal(world.storage(to, slot(1)), 0n);
});

test("calldata has a floor that holds after refunds (EIP-7623)", () => {
  const data = new Uint8Array(1000).fill(1);
  const { execution } = run({ data });
  assert.equal(execution.gasUsed, 21_000n + 40_000n);
  assert.equal(run({ data }, { rules: { fork: "cancun", fees: "burnAndTip" } }).execution.gasUsed, 21_000n + 16_000n);
});

test("access lists, the sender, the recipient and the coinbase are warm", () => {
  const other = "ee".repeat(20) as Address;
  const look = (address: Address) => new CodeBuilder().pushBytes(Uint8Array.fromHex(address)).op(0x31, 1, 1);
  for (const address of [from, to, coinbase, "0".repeat(39).concat("4") as Address])
    assert.equal(run({ value: 0n }, { code: look(address) }).execution.gasUsed, 21_103n, address);
  assert.equal(run({ value: 0n }, { code: look(other) }).execution.gasUsed, 23_603n);
  const accessList = [{ address: other, slots: [] }];
  assert.equal(run({ value: 0n, accessList }, { code: look(other) }).execution.gasUsed, 21_103n + 2_400n);
  const read = new CodeBuilder().push(3).op(0x54, 1, 1);
  const slots = [{ address: to, slots: [slot(3)] }];
  assert.equal(run({ value: 0n, accessList: slots }, { code: read }).execution.gasUsed, 21_103n + 2_400n + 1_900n);
});

test("a creation puts code at the address of sender and nonce", () => {
  const data = new CodeBuilder().push(1).push(31).op(0xf3, 2).build();
  const { world, execution } = run({ to: undefined, data });
  assert.equal(execution.status, 1);
  const made = world.accounts.get(execution.created!)!;
  assert.deepEqual([made.nonce, made.balance, made.code.toHex()], [1n, 5n, "00"]);
});

const signed = (change: Partial<Authorization> = {}): Authorization => ({
  chainId: 1n,
  address: to,
  nonce: 0n,
  authority,
  ...change,
});

test("an authorization delegates its authority, and one that does not hold changes nothing (EIP-7702)", () => {
  const { world, execution } = run({ value: 0n, authorizations: [signed()] });
  assert.equal(world.accounts.get(authority)?.code.toHex(), delegationTo(to).toHex());
  assert.equal(world.accounts.get(authority)?.nonce, 1n);
  assert.equal(execution.gasUsed, 46_000n);
  for (const wrong of [{ chainId: 2n }, { nonce: 1n }, { authority: undefined }, { nonce: (1n << 64n) - 1n }])
    assert.equal(run({ authorizations: [signed(wrong)] }).world.accounts.get(authority)?.code.length ?? 0, 0);
});

test("a sender delegates itself with the nonce after its own, and its own call sees it", () => {
  const { world, execution } = run({ to: from, value: 0n, authorizations: [signed({ authority: from, nonce: 1n })] });
  assert.deepEqual([world.accounts.get(from)?.nonce, world.accounts.get(from)?.code.length], [2n, 23]);
  assert.equal(execution.gasRefunded, 46_000n / 5n);
  const late = run({ value: 0n, authorizations: [signed({ authority: from, nonce: 0n })] });
  assert.deepEqual([late.world.accounts.get(from)?.nonce, late.world.accounts.get(from)?.code.length], [1n, 0]);
});

test("an authority that exists gives 12,500 gas back, also when the transaction fails", () => {
  const known = () => new MemoryWorld().put(authority, { balance: 1n });
  const calls = { value: 0n, authorizations: [signed({ chainId: 0n })] };
  const { execution } = run(calls, { world: known() });
  assert.deepEqual([execution.gasSpent, execution.gasRefunded], [46_000n, 9_200n]);
  const failed = run(calls, { world: known(), code: new CodeBuilder().op(0xfe) });
  assert.deepEqual([failed.execution.status, failed.execution.gasRefunded], [0, 12_500n]);
  assert.equal(failed.world.accounts.get(authority)?.code.length, 23);
});

test("a chain may refuse an authority", () => {
  const rules: ChainRules = { ...ethereum, mayDelegate: (state, address) => state.balance(address) !== 13n };
  const refused = run(
    { authorizations: [signed()] },
    { rules, world: new MemoryWorld().put(authority, { balance: 13n }) },
  );
  assert.deepEqual(refused.world.accounts.get(authority)?.code.length, 0);
  assert.equal(run({ authorizations: [signed()] }, { rules }).world.accounts.get(authority)?.code.length, 23);
});

test("a delegation ends with one to the zero address", () => {
  const world = new MemoryWorld().put(authority, { nonce: 4n, code: delegationTo(to) });
  const back = signed({ nonce: 4n, address: "0".repeat(40) as Address });
  run({ authorizations: [back] }, { world });
  assert.deepEqual([world.accounts.get(authority)?.code.length, world.accounts.get(authority)?.nonce], [0, 5n]);
});

test("a simulated call pays nothing and needs no nonce", () => {
  const { world, execution } = run({ nonce: 77n, gasLimit: 1n << 40n }, { leniency: { simulated: true } });
  assert.equal(execution.gasUsed, 21_000n);
  assert.equal(balance(world, from), 10_000_000n - 5n);
  assert.equal(balance(world, coinbase), 0n);
});

test("an invalid transaction changes nothing", () => {
  const evm = createEvm(ethereum);
  const world = new MemoryWorld().put(from, { balance: 10n });
  assert.equal(evm.execute(world, env, transfer).ok, false);
  assert.deepEqual(evm.commit(world), { balanceDelta: 0n, touched: [] });
});

test("the system calls a contract with gas of its own, and nothing where there is no code", () => {
  const evm = createEvm(ethereum);
  const code = new CodeBuilder().op(0x33, 0, 1).push(2).op(0x55, 2).op(0x5a, 0, 1).push(3).op(0x55, 2).build();
  const world = new MemoryWorld().put(to, { nonce: 1n, code });
  assert.equal(evm.systemCall(world, env, from, new Uint8Array(32)), undefined);
  const execution = evm.systemCall(world, env, to, new Uint8Array(32));
  evm.commit(world);
  assert.equal(execution?.status, 1);
  assert.equal(world.storage(to, slot(2)), BigInt(`0x${"f".repeat(39)}e`));
  assert.equal(world.storage(to, slot(3)), 30_000_000n - 2n - 3n - 22_100n - 2n);
  assert.deepEqual([...world.accounts.keys()], [to]);
});
