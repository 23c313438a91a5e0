/**
 * Cost of the state per block of simple payments, and of a state root in a large trie. Run:
 * node kernel/state/src/state.bench.ts [accounts of the large trie, default 1000000]
 */
import { type Address, type Digest, digestOf, usdc18 } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { createStateTree } from "./stateTree.ts";
import { MemoryStore } from "./testing/memoryStore.ts";
import { emptyRoot } from "./trie/emptyTrieRoot.ts";
import { trieRootOfList } from "./trie/trieRootOfList.ts";
import type { ProvableStateTree } from "./types.ts";

const address = (i: number) =>
  keccak256(Uint8Array.of(i >> 24, i >> 16, i >> 8, i))
    .toHex()
    .slice(24) as Address;
const blockDigest = (i: number) => i.toString(16).padStart(64, "0") as Digest;

/** Opens a tree of `count` accounts, written in blocks of 50,000 so that the caches sweep on the way. */
function populate(count: number): { tree: ProvableStateTree; store: MemoryStore; height: number; who: Address[] } {
  const store = new MemoryStore();
  const tree = createStateTree({ store, finalized: blockDigest(0), root: emptyRoot });
  const who = Array.from({ length: count }, (_, i) => address(i));
  let height = 0;
  for (let at = 0; at < count; at += 50_000) {
    const overlay = tree.fork(blockDigest(height));
    for (const one of who.slice(at, at + 50_000)) overlay.setAccount(one, 0n, usdc18(10n ** 24n));
    overlay.seal();
    height++;
    tree.adopt(blockDigest(height), overlay);
    void store.commit(tree.finalize(blockDigest(height)));
  }
  return { tree, store, height, who };
}

/** A payment as chains/kairos does it: read and write sender and recipient, one snapshot. */
function payments(blocks: number, perBlock: number, commit = false): void {
  const { tree, store, who, height: start } = populate(10_000);
  let height = start;
  let seed = 1;
  const next = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return seed % who.length;
  };
  const spent = { execute: 0, seal: 0, finalize: 0, commit: 0, rows: 0 };
  let cpuStart = process.cpuUsage();
  for (let b = -10; b < blocks; b++) {
    if (b === 0) cpuStart = process.cpuUsage();
    if (b === 0) for (const key of ["execute", "seal", "finalize", "commit", "rows"] as const) spent[key] = 0;
    const t0 = performance.now();
    const overlay = tree.fork(blockDigest(height));
    for (let i = 0; i < perBlock; i++) {
      const from = who[next()]!;
      const to = who[next()]!;
      overlay.snapshot();
      const sender = overlay.account(from)!;
      overlay.setAccount(from, sender.nonce + 1n, usdc18(sender.balance - 1_000_000_000_001n));
      overlay.setAccount(to, overlay.account(to)!.nonce, usdc18(overlay.account(to)!.balance + 1_000_000_000_000n));
    }
    const t1 = performance.now();
    overlay.seal();
    const t2 = performance.now();
    height++;
    tree.adopt(blockDigest(height), overlay);
    const rows = tree.finalize(blockDigest(height));
    const t3 = performance.now();
    if (commit) void store.commit(rows);
    spent.execute += t1 - t0;
    spent.seal += t2 - t1;
    spent.finalize += t3 - t2;
    spent.commit += performance.now() - t3;
    spent.rows += rows.length;
  }
  const per = (ms: number) => ((ms * 1000) / blocks / perBlock).toFixed(2);
  const total = per(spent.execute + spent.seal + spent.finalize);
  const cpu = process.cpuUsage(cpuStart);
  console.log(
    `${perBlock} payments per block, 10,000 accounts: ${total} us per payment (execute ${per(spent.execute)}, root ${per(spent.seal)}, ` +
      `rows ${per(spent.finalize)}; memory store commit ${per(spent.commit)}; ${(spent.rows / blocks / perBlock).toFixed(1)} rows; processor ${per((cpu.user + cpu.system) / 1000)} us, collector included)`,
  );
}

function largeTrie(accounts: number): void {
  const { tree, height, who, store } = populate(accounts);
  for (let run = 0; run < 3; run++) {
    const overlay = tree.fork(blockDigest(height + run));
    for (let i = 0; i < 1000; i++)
      overlay.setAccount(who[(i * 7919 + run * 104_729) % accounts]!, 1n, usdc18(BigInt(i)));
    const before = performance.now();
    overlay.seal();
    const ms = performance.now() - before;
    tree.adopt(blockDigest(height + run + 1), overlay);
    void store.commit(tree.finalize(blockDigest(height + run + 1)));
    console.log(`root after 1,000 touched of ${accounts} accounts: ${ms.toFixed(1)} ms`);
  }
}

function lists(): void {
  const items = Array.from({ length: 5000 }, (_, i) => new Uint8Array(230).fill(i));
  digestOf(new Uint8Array(32));
  for (let run = 0; run < 5; run++) {
    const before = performance.now();
    trieRootOfList(items);
    const ms = performance.now() - before;
    if (run === 4)
      console.log(
        `trieRootOfList of 5,000 items of 230 bytes: ${ms.toFixed(1)} ms (${(ms / 5).toFixed(2)} us per item)`,
      );
  }
}

lists();
for (const perBlock of [100, 1000, 5000]) payments(60_000 / perBlock, perBlock);
largeTrie(Number(process.argv[2] ?? 1_000_000));
