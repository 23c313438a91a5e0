import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, type Digest, digestOf, encodeRlp, rlpUint, usdc18 } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import type { Row } from "@polis/ports";
import fc from "fast-check";
import { createGenesisState } from "./genesis.ts";
import { createStateTree } from "./stateTree.ts";
import { MemoryStore } from "./testing/memoryStore.ts";
import { naiveRoot } from "./testing/naiveTrie.ts";
import { emptyCodeHash, emptyRoot } from "./trie/emptyTrieRoot.ts";
import { verifyProof } from "./trie/verifyProof.ts";
import type { ProvableStateTree, StateOverlay } from "./types.ts";

const hashed = (hex: string) => keccak256(Uint8Array.fromHex(hex));
const address = (i: number) => (i + 1).toString(16).padStart(40, "0") as Address;
const slot = (i: number) => i.toString(16).padStart(64, "0") as Digest;
const block = (i: number) => digestOf(keccak256(Uint8Array.of(i >> 8, i & 255)));

/** The model: a state is plain maps, copied whole for every block. */
interface Model {
  readonly nonce: bigint;
  readonly balance: bigint;
  readonly code: string;
  readonly storage: ReadonlyMap<Digest, bigint>;
}
type World = Map<Address, Model>;
const nobody: Model = { nonce: 0n, balance: 0n, code: "", storage: new Map() };

function worldRoot(world: World): Digest {
  const pairs = new Map<string, Uint8Array>();
  for (const [who, { nonce, balance, code, storage }] of world) {
    if (nonce === 0n && balance === 0n && code === "") continue;
    const slots = [...storage].filter(([, v]) => v !== 0n);
    const root = naiveRoot(new Map(slots.map(([k, v]) => [hashed(k).toHex(), encodeRlp(rlpUint(v))])));
    const storageRoot = slots.length === 0 ? Uint8Array.fromHex(emptyRoot) : Uint8Array.fromHex(root);
    const value = encodeRlp([rlpUint(nonce), rlpUint(balance), storageRoot, keccak256(Uint8Array.fromHex(code))]);
    pairs.set(hashed(who).toHex(), value);
  }
  return pairs.size === 0 ? emptyRoot : naiveRoot(pairs);
}

type Write =
  | { readonly do: "set"; readonly who: number; readonly nonce: bigint; readonly balance: bigint }
  | { readonly do: "store"; readonly who: number; readonly slot: number; readonly value: bigint }
  | { readonly do: "code"; readonly who: number; readonly code: string }
  | { readonly do: "destroy"; readonly who: number };
const people = 6;
const who = fc.nat(people - 1);
const small = fc.constantFrom(0n, 1n, 127n, 128n, 2n ** 200n);
const write: fc.Arbitrary<Write> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("set" as const),
      who,
      nonce: fc.constantFrom(0n, 1n, 300n),
      balance: small,
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("store" as const), who, slot: fc.nat(8), value: small }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("code" as const), who, code: fc.constantFrom("", "6001", "6002") }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("destroy" as const), who }) },
);

function applyModel(world: World, w: Write): void {
  const at = address(w.who);
  const old = world.get(at) ?? nobody;
  if (w.do === "set") world.set(at, { ...old, nonce: w.nonce, balance: w.balance });
  else if (w.do === "store") world.set(at, { ...old, storage: new Map(old.storage).set(slot(w.slot), w.value) });
  else if (w.do === "code") world.set(at, { ...old, code: w.code });
  else world.set(at, { ...nobody, balance: old.balance });
}

function applyOverlay(overlay: StateOverlay, w: Write): void {
  const at = address(w.who);
  if (w.do === "set") overlay.setAccount(at, w.nonce, usdc18(w.balance));
  else if (w.do === "store") overlay.setStorage(at, slot(w.slot), w.value);
  else if (w.do === "code") overlay.setCode(at, Uint8Array.fromHex(w.code));
  else overlay.destroy(at);
}

function applyBoth(world: World, overlay: StateOverlay, w: Write): void {
  applyModel(world, w);
  applyOverlay(overlay, w);
}

/** At the end of a block empty accounts and their storage are gone (S1, EIP-161). */
function settle(world: World): World {
  return new Map([...world].filter(([, m]) => m.nonce !== 0n || m.balance !== 0n || m.code !== ""));
}

function assertReads(tree: ProvableStateTree, at: Digest, world: World): void {
  const reader = tree.at(at)!;
  const root = tree.rootAt(at)!;
  assert.equal(root, worldRoot(world));
  for (let i = 0; i < people; i++) {
    const model = world.get(address(i));
    const account = reader.account(address(i));
    assert.equal(account === undefined, model === undefined, "empty accounts are absent");
    const proven = tree.proveAccount(at, address(i))!;
    const read = verifyProof(root, hashed(address(i)), proven.proof);
    assert.ok(read.ok);
    assert.equal(read.value === undefined, model === undefined);
    if (account === undefined || model === undefined) continue;
    assert.deepEqual([account.nonce, account.balance], [model.nonce, model.balance]);
    assert.equal(Buffer.from(reader.code(account.codeHash)!).toString("hex"), model.code);
    for (let s = 0; s <= 8; s++) {
      const value: bigint = model.storage.get(slot(s)) ?? 0n;
      assert.equal(reader.storage(address(i), slot(s)), value);
      const { proof, storageRoot } = tree.proveStorage(at, address(i), slot(s))!;
      const slotRead = verifyProof(storageRoot, hashed(slot(s)), proof);
      const leaf = value === 0n ? undefined : encodeRlp(rlpUint(value)).toHex();
      assert.equal(slotRead.ok ? slotRead.value?.toHex() : "refused", leaf);
    }
  }
}

const step = fc.record({
  /** Which live block to build on, counted from the newest. */
  on: fc.nat(5),
  kept: fc.array(write, { maxLength: 8 }),
  reverted: fc.array(write, { maxLength: 5 }),
  more: fc.array(write, { maxLength: 4 }),
  /** How many states below the new block's chain to finalize after it. */
  finalize: fc.nat(4),
  commitLate: fc.boolean(),
  reopen: fc.boolean(),
});

test("states equal the model through forks, reverts, reorganisations at every depth, finality and restarts", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), (steps) => {
      const store = new MemoryStore();
      const limits = {
        maxCachedNodes: 10,
        maxCachedAccounts: 4,
        maxCachedTries: 2,
        maxCachedKeys: 4,
        maxCachedCodeBytes: 200,
      };
      let final = block(0);
      let tree = createStateTree({ store, finalized: final, root: emptyRoot, limits });
      let live: { digest: Digest; parent: Digest | undefined; world: World }[] = [
        { digest: final, parent: undefined, world: new Map() },
      ];
      let pending: (readonly Row[])[] = [];
      steps.forEach((s, n) => {
        const parent = live[Math.max(0, live.length - 1 - s.on)]!;
        const world: World = new Map(parent.world);
        const overlay = tree.fork(parent.digest);
        for (const w of s.kept) applyBoth(world, overlay, w);
        const mark = overlay.snapshot();
        for (const w of s.reverted) applyOverlay(overlay, w);
        overlay.revert(mark);
        for (const w of s.more) applyBoth(world, overlay, w);
        const root = overlay.seal();
        assert.equal(root, worldRoot(world));
        const made = { digest: block(n + 1), parent: parent.digest, world: settle(world) };
        tree.adopt(made.digest, overlay);
        live.push(made);
        for (const one of live) assertReads(tree, one.digest, one.world);
        for (let i = 0; i < s.finalize && final !== made.digest; i++) {
          // The next final block is the ancestor of the new one right above the last final block.
          let next = made;
          while (next.parent !== final) next = live.find((one) => one.digest === next.parent) as typeof made;
          pending.push(tree.finalize(next.digest));
          if (!s.commitLate || pending.length > 4) for (const rows of pending.splice(0)) void store.commit(rows);
          final = next.digest;
          live = live.filter((one) => tree.rootAt(one.digest) !== undefined);
          assert.ok(live.every((one) => one.digest === final || descends(live, one.digest, final)));
          for (const one of live) assertReads(tree, one.digest, one.world);
        }
        if (!s.reopen) return;
        for (const rows of pending.splice(0)) void store.commit(rows);
        const root0 = tree.rootAt(final)!;
        tree = createStateTree({ store, finalized: final, root: root0, limits });
        live = live.filter((one) => one.digest === final);
        assertReads(tree, final, live[0]!.world);
      });
      pending = [];
    }),
    { numRuns: 60 },
  );
});

function descends(live: readonly { digest: Digest; parent: Digest | undefined }[], from: Digest, to: Digest): boolean {
  for (let at: Digest | undefined = from; at !== undefined; at = live.find((one) => one.digest === at)?.parent) {
    if (at === to) return true;
  }
  return false;
}

test("genesis: the root does not depend on the order, and its rows open a tree", async () => {
  const rich = { address: address(1), balance: usdc18(10n ** 30n) };
  const contract = {
    address: address(2),
    balance: usdc18(0n),
    nonce: 1n,
    code: Uint8Array.of(0x60, 0x01),
    storage: [[slot(1), 7n]] as const,
  };
  const { root, rows } = createGenesisState([rich, contract]);
  assert.equal(createGenesisState([contract, rich]).root, root);
  assert.equal(createGenesisState([]).root, emptyRoot);
  assert.throws(() => createGenesisState([rich, rich]), RangeError);
  const store = new MemoryStore();
  await store.commit(rows);
  const tree = createStateTree({ store, finalized: block(0), root });
  const reader = tree.at(block(0))!;
  assert.equal(reader.account(rich.address)!.balance, 10n ** 30n);
  assert.equal(reader.storage(contract.address, slot(1)), 7n);
  assert.deepEqual(reader.code(reader.account(contract.address)!.codeHash), contract.code);
  assert.deepEqual(reader.code(emptyCodeHash), new Uint8Array(0));
  assert.equal(reader.account(address(3)), undefined);
});

test("states that left the tree, sealed overlays and unknown blocks are refused", () => {
  const tree = createStateTree({ store: new MemoryStore(), finalized: block(0), root: emptyRoot });
  const grow = (from: number, to: number, balance: bigint) => {
    const overlay = tree.fork(block(from));
    overlay.setAccount(address(0), 0n, usdc18(balance));
    overlay.seal();
    tree.adopt(block(to), overlay);
    return overlay;
  };
  const one = grow(0, 1, 1n);
  grow(0, 2, 2n);
  grow(1, 3, 3n);
  const stale = tree.at(block(2))!;
  const open = tree.fork(block(2));
  assert.throws(() => one.setAccount(address(0), 1n, usdc18(1n)), /sealed/);
  assert.throws(() => tree.adopt(block(9), tree.fork(block(1))), /sealed/);
  assert.throws(() => tree.finalize(block(3)), /not a child/);
  assert.throws(() => tree.finalize(block(7)), /no state/);
  assert.throws(() => tree.fork(block(7)), /no state/);
  tree.finalize(block(1));
  assert.equal(tree.at(block(2)), undefined);
  assert.equal(tree.at(block(0)), undefined);
  assert.throws(() => stale.account(address(0)), /left the tree/);
  assert.throws(() => open.seal(), /left the tree/);
  assert.equal(tree.at(block(3))!.account(address(0))!.balance, 3n);
});

test("amounts outside 0..2^256-1 are refused, never saturated (S3)", () => {
  const tree = createStateTree({ store: new MemoryStore(), finalized: block(0), root: emptyRoot });
  for (const balance of [-1n, 1n << 256n]) {
    const overlay = tree.fork(block(0));
    overlay.setAccount(address(0), 0n, balance as ReturnType<typeof usdc18>);
    assert.throws(() => overlay.seal(), RangeError);
  }
});
