import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateNetwork } from "../../genesis/generateNetwork.ts";
import { generateIdentity } from "../../keys/identity.ts";
import { resolveGenesis } from "../../library/resolveGenesis.ts";
import { historyOf, keepBlocksOf, replicaConfig, storageOptions } from "../../node/chain.ts";
import type { Config } from "../schema.ts";
import { configWith, contradicts, type Effect, passes } from "./effect.ts";

const identity = generateIdentity();
const network = { "consensus.n": 6, "consensus.f": 1 };
type ReplicaChain = Parameters<typeof replicaConfig>[0];

/** The replica's own parameters; what they do is tested in kernel/minimmit. */
function replica(config: Config) {
  const genesis = { params: { epoch: 0, randomness: "hash" }, leader: "round-robin", maxViewLead: 64 };
  return replicaConfig({ genesis, ledger: { genesisInfo: undefined } } as unknown as ReplicaChain, config);
}

function known(config: Config): unknown {
  const resolved = resolveGenesis(config, identity);
  return resolved.kind === "waiting" ? [resolved.known, resolved.n] : resolved.genesis.alloc.length;
}

const peer = { bls_public_key: generateIdentity().bls.publicKey.toHex(), p2p_public_key: "11".repeat(32) };
const account = { address: "12".repeat(20), balance: "1000000000000" };

/** Sections `genesis`, `consensus` and `storage`. */
export const consensusEffects: readonly Effect[] = [
  {
    key: "genesis.path",
    check: () => {
      const dir = mkdtempSync(join(tmpdir(), "kairos-effect-"));
      const made = generateNetwork({ dir: join(dir, "net"), n: 1, f: 0, chainId: 52_479 });
      const resolved = resolveGenesis(configWith({ "genesis.path": made.genesisPath }), identity);
      assert.ok(resolved.kind === "genesis" && resolved.genesis.params.chainId === 52_479n);
      rmSync(dir, { recursive: true });
    },
  },
  passes("consensus.n", 11, known, [1, 11], { "consensus.f": 1, "consensus.n": 6 }),
  contradicts("consensus.f", 2, { "consensus.n": 11 }),
  contradicts("consensus.leader_manager", "random"),
  contradicts("consensus.network", "devnet"),
  contradicts("consensus.max_view_lead", 65),
  passes("consensus.peers", [peer], known, [2, 6], network),
  passes("consensus.genesis_accounts", [account], known, 1, { "consensus.n": 1, "consensus.f": 0 }),
  passes("consensus.view_timeout", "3s", (c) => replica(c).viewTimeoutMs, 3_000),
  passes("consensus.max_view_timeout", "70s", (c) => replica(c).maxViewTimeoutMs, 70_000),
  passes("consensus.min_block_interval", "5ms", (c) => replica(c).minBlockIntervalMs, 5),
  passes("consensus.empty_block_interval", "500ms", (c) => replica(c).emptyBlockIntervalMs, 500),
  passes("consensus.future_window", 100, (c) => replica(c).futureWindow, 100),
  passes("consensus.skip_inactive_views", 7, (c) => replica(c).skipInactiveViews, 7),
  passes("consensus.max_clock_drift_future", "2s", (c) => replica(c).maxClockDriftFutureMs, 2_000),
  passes("consensus.max_clock_drift_past", "9s", (c) => replica(c).maxClockDriftPastMs, 9_000),
  passes("storage.path", "/tmp/elsewhere", (c) => storageOptions(c, "00" as never).path, "/tmp/elsewhere"),
  passes("storage.map_size", "1 GiB", (c) => storageOptions(c, "00" as never).mapSizeBytes, 2 ** 30),
  passes("storage.sync", false, (c) => storageOptions(c, "00" as never).sync, false),
  passes("storage.history", "archive", historyOf, "archive"),
  passes("storage.keep_blocks", 10, keepBlocksOf, 10, { "storage.history": "pruned" }),
];
