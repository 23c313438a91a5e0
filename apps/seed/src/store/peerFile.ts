import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Digest } from "@polis/codec";
import { type PeerRecord, peerRecordJson, readPeerRecord, ShapeError } from "@polis/kratos";
import { SeedError } from "../errors.ts";

const FORMAT = 1;
/** 10,000 peers with eight addresses each are less. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Where the registry of a seed server survives a restart. */
export interface PeerFile {
  /** The peers that were stored; none when there is no file, or it is of another chain. @throws SeedError when it is damaged */
  load(): readonly PeerRecord[];
  /** Replaces the file in one step: a crash leaves the old one or the new one. */
  save(peers: Iterable<PeerRecord>): void;
}

/** Opens `peers.json` of a data directory, which is made when it is missing. @throws SeedError when it cannot be */
export function openPeerFile(directory: string, genesisHash: Digest): PeerFile {
  const path = join(directory, "peers.json");
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new SeedError("DATA_DIRECTORY", `cannot make ${directory}`, "check --data", { cause, exitCode: 2 });
  }
  return {
    load: () => load(path, genesisHash),
    save(peers) {
      const rows = [...peers].map((peer) => JSON.stringify(peerRecordJson(peer)));
      const head = `{"format":${FORMAT},"genesis_hash":"${genesisHash}","peers":[`;
      writeAtomically(path, `${head}\n${rows.join(",\n")}\n]}\n`);
    },
  };
}

function load(path: string, genesisHash: Digest): readonly PeerRecord[] {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  const hint = "move the file away: peers come back within two minutes";
  try {
    if (statSync(path).size > MAX_BYTES) throw new RangeError("it is too large");
    const stored: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (!isStored(stored)) throw new RangeError(`it is not of format ${FORMAT}`);
    return stored.genesis_hash === genesisHash ? stored.peers.map(readPeerRecord) : [];
  } catch (cause) {
    const isDamage = cause instanceof SyntaxError || cause instanceof RangeError || cause instanceof ShapeError;
    const what = isDamage ? `is damaged: ${(cause as Error).message}` : "cannot be read";
    throw new SeedError("PEER_FILE", `${path} ${what}`, hint, { cause, exitCode: 2 });
  }
}

function isStored(value: unknown): value is { readonly genesis_hash: string; readonly peers: readonly unknown[] } {
  if (typeof value !== "object" || value === null) return false;
  const { format, genesis_hash: genesis, peers } = value as Record<string, unknown>;
  return format === FORMAT && typeof genesis === "string" && Array.isArray(peers);
}

function writeAtomically(path: string, text: string): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, "w", 0o600);
  try {
    // Unlike one write, it writes everything or fails: a disk that is full must not replace a good file by a part of one.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}
