import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import type { Digest, Epoch, View } from "@polis/codec";
import type { VoteSigner } from "@polis/crypto";
import { generateNetwork } from "../genesis/generateNetwork.ts";
import { readKeyFile } from "../keys/keyFile.ts";
import { votingKeys } from "../node/voting.ts";
import { readGenesis } from "../run/loadGenesis.ts";
import { connectSigner } from "../signer/link/connectSigner.ts";
import { quantile } from "./stats.ts";
import { round } from "./timeIt.ts";
import type { BenchContext, Benchmark } from "./types.ts";

const digest = "22".repeat(32) as Digest;
const epoch = 0 as Epoch;
const WARM_UP = 20;

/** What a signature costs when the key is in `kairos signer`, beside a key in this process. */
export const remoteSigner: Benchmark = {
  name: "remote-signer",
  run: async (context) => {
    const network = generateNetwork({ dir: join(context.dir, "net"), n: 6, f: 1 });
    const keys = dirname(network.nodes[0]!.configPath);
    const socket = join(context.dir, "s.sock");
    const words = ["signer", "--listen", socket, "--genesis", network.genesisPath, "--keys", keys];
    const record = ["--record", join(context.dir, "record")];
    const signer = spawn(process.execPath, [context.program, ...words, ...record], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const ended = once(signer, "close");
    try {
      const p2pSecret = new Uint8Array(32).fill(1);
      const remote = await connectSigner({ address: socket, timeoutMs: 5_000, connectMs: 20_000, p2pSecret });
      const bls = readKeyFile(join(keys, "bls.key"), "bls");
      const secrets = { bls, shareM: undefined, shareL: undefined };
      const local = votingKeys(readGenesis(network.genesisPath), remote.hello.genesisHash, 0, secrets);
      const rounds = context.quick ? 100 : 1_000;
      const measured = {
        localVoteMs: time(local, rounds, vote).p50,
        ...named("remoteStatus", time(remote.keys, rounds, status)),
        ...named("remoteVote", time(remote.keys, rounds, vote)),
      };
      await remote.close();
      const goal = "printed: what consensus waits for one signature of another process, which is on disk first";
      return [{ name: "Remote signer", goal, measured, met: undefined, note: noteOf(context) }];
    } finally {
      signer.kill("SIGTERM");
      await ended;
    }
  },
};

type Sign = (keys: VoteSigner, at: number) => Uint8Array | undefined;

const vote: Sign = (keys, at) => keys.signNotarize(epoch, (at + 1) as View, digest);
const status: Sign = (keys, at) => {
  const view = (at + 1) as View;
  const nonce = new Uint8Array(32);
  return keys.signStatus({ epoch, view, lastFinalizedView: view, lastFinalizedDigest: digest, nonce });
};

function time(keys: VoteSigner, rounds: number, sign: Sign): { readonly p50: number; readonly p99: number } {
  const times: number[] = [];
  for (let i = 0; i < WARM_UP + rounds; i++) {
    const startMs = performance.now();
    if (sign(keys, i) === undefined) throw new Error("the signer did not answer");
    if (i >= WARM_UP) times.push(performance.now() - startMs);
  }
  return { p50: round(quantile(times, 0.5), 2), p99: round(quantile(times, 0.99), 2) };
}

function named(name: string, { p50, p99 }: { readonly p50: number; readonly p99: number }) {
  return { [`${name}P50Ms`]: p50, [`${name}P99Ms`]: p99 };
}

function noteOf({ quick }: BenchContext): string {
  return `${quick ? "a quick run; " : ""}a status is signed and not recorded; a vote waits for one flush of the signer's disk`;
}
