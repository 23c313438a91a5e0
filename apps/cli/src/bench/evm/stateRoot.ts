import { join } from "node:path";
import { type Address, type Digest, usdc18 } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { KAIROS_TABLES, schemaVersion } from "@polis/kairos";
import { createStateTree, emptyRoot } from "@polis/state";
import { openStorage } from "@polis/storage";
import { quantile } from "../stats.ts";
import { round } from "../timeIt.ts";
import type { Benchmark } from "../types.ts";

const ACCOUNTS = 1_000_000;
const TOUCHED = 1_000;
const RUNS = 9;
const GOAL_MS = 60;

/** The state root of a block that touches 1,000 of a million accounts, whose trie lies in LMDB. */
export const stateRoot: Benchmark = {
  name: "state-root",
  run: async ({ dir, quick, say }) => {
    const accounts = quick ? ACCOUNTS / 10 : ACCOUNTS;
    const storage = await openStorage({
      path: join(dir, "state"),
      ...{ tables: KAIROS_TABLES, schema: schemaVersion, identity: "00".repeat(32) },
    });
    try {
      const tree = createStateTree({ store: storage.store, finalized: block(0), root: emptyRoot });
      let height = 0;
      const write = async (from: number, to: number, step: number): Promise<number> => {
        const overlay = tree.fork(block(height));
        for (let i = from; i < to; i += step)
          overlay.setAccount(account(i), 1n, usdc18(BigInt(height + 1) * 10n ** 18n));
        const start = performance.now();
        overlay.seal();
        const ms = performance.now() - start;
        height++;
        tree.adopt(block(height), overlay);
        await storage.store.commit(tree.finalize(block(height)));
        return ms;
      };
      for (let at = 0; at < accounts; at += 50_000) {
        await write(at, at + 50_000, 1);
        say(`${at + 50_000} of ${accounts} accounts`);
      }
      const times: number[] = [];
      const step = Math.floor(accounts / TOUCHED);
      for (let run = 0; run < RUNS; run++) times.push(await write((run * 7919) % step, accounts, step));
      const p50 = quantile(times, 0.5);
      return [
        {
          name: `State root, ${TOUCHED.toLocaleString("en")} touched of ${accounts.toLocaleString("en")} accounts`,
          goal: `under ${GOAL_MS} ms`,
          measured: { "p50 ms": round(p50), "first ms": round(times[0]!), "slowest ms": round(Math.max(...times)) },
          met: p50 < GOAL_MS,
          note: `${RUNS} blocks, each with other accounts spread over the whole trie; nodes that are not in memory are read from LMDB`,
        },
      ];
    } finally {
      await storage.close();
    }
  },
};

function account(i: number): Address {
  return keccak256(Uint8Array.of(i >> 24, i >> 16, i >> 8, i))
    .toHex()
    .slice(24) as Address;
}

function block(i: number): Digest {
  return i.toString(16).padStart(64, "0") as Digest;
}
