import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress } from "node:zlib";
import { height as asHeight } from "@polis/codec";
import { genesisBlock, heightKey, KAIROS_TABLES, readKeptBlocks, schemaVersion } from "@polis/kairos";
import { createArchive, readPlace, u64Key } from "@polis/minimmit";
import type { Archive, Store } from "@polis/ports";
import { openStorage } from "@polis/storage";
import { UserError } from "../../errors.ts";
import type { NodeFiles } from "../nodeFiles.ts";
import { readTip } from "../readTip.ts";
import { snapshotStore } from "../snapshotStore.ts";
import { type ChainHead, encodeHead, encodeRecord, recordKind } from "./records.ts";

/** What is exported, and where to. */
export interface ExportRequest extends NodeFiles {
  readonly file: string;
  /** First height; at least 1, because every node has genesis. */
  readonly from: number;
  /** Last height wanted; the file ends at the nearest one below that has a certificate of its own. */
  readonly to: number | undefined;
}

/**
 * Writes finalized blocks with their certificates as a stream file, of one moment, also while a node runs.
 * @throws UserError for a range that is empty or a file that exists; StorageError as `openStorage`
 */
export async function exportChain(
  { config, genesis, genesisHash, file, from, to }: ExportRequest,
  onProgress: (done: number, total: number) => void,
): Promise<ChainHead> {
  const { path, mapSize: mapSizeBytes } = config.storage;
  const identity = { schema: schemaVersion, identity: genesisHash, tables: KAIROS_TABLES };
  const storage = await openStorage({ path, mapSizeBytes, readOnly: true, ...identity });
  const snapshot = storage.snapshot();
  const partial = `${file}.partial`;
  try {
    const store = snapshotStore(snapshot);
    const tip = readTip(store, genesisBlock(genesis).info).height;
    const { lowest } = readKeptBlocks(store);
    if (from < lowest) {
      const hint = `choose --from ${lowest} or higher, or export from a node that keeps all blocks`;
      throw new UserError("EXPORT_RANGE", `the store has no blocks below height ${lowest} any more`, hint);
    }
    const last = certifiedAtOrBelow(store, Math.min(to ?? tip, tip));
    if (from < 1 || last < from) {
      throw new UserError("EXPORT_RANGE", `there is no certified block in ${from}..${to ?? tip}`, `the tip is ${tip}`);
    }
    const { network, params } = genesis;
    const facts = { network, chainId: Number(params.chainId), genesisHash, from, to: last };
    const head: ChainHead = { format: "kairos-chain", version: 1, ...facts };
    const target = createWriteStream(partial, { flags: "wx", flush: true });
    const compress = createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    await pipeline(Readable.from(recordsOf(createArchive(store), head, onProgress)), compress, target);
    await rename(partial, file);
    return head;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") await rm(partial, { force: true });
    throw error;
  } finally {
    snapshot.close();
    await storage.close();
  }
}

function* recordsOf(archive: Archive, head: ChainHead, onProgress: (done: number, total: number) => void) {
  const { from, to } = head;
  yield encodeRecord(recordKind.head, encodeHead(head));
  for (let at = from; at <= to; at++) {
    const block = archive.blockByHeight(asHeight(at));
    const certificate = archive.finalizationAt(asHeight(at));
    if (block === undefined || certificate === undefined) {
      throw new UserError("EXPORT_GAP", `height ${at} is incomplete`, "run `kairos db verify` to see what is wrong");
    }
    yield encodeRecord(recordKind.block, block);
    // The same certificate covers the ancestors below its block; it follows the block that it names.
    const next = at === to ? undefined : archive.finalizationAt(asHeight(at + 1));
    if (next === undefined || Buffer.compare(next, certificate) !== 0) {
      yield encodeRecord(recordKind.certificate, certificate);
    }
    onProgress(at - from + 1, to - from + 1);
  }
  yield encodeRecord(recordKind.end, new Uint8Array(0));
}

/** The highest kept height up to `limit` whose block has a certificate of its own; 0 when there is none. */
export function certifiedAtOrBelow(store: Store, limit: number): number {
  const lowest = Math.max(1, readKeptBlocks(store).lowest);
  for (let at = limit; at >= lowest; at--) {
    const row = store.get("finality", u64Key(at));
    const place = row && readPlace(row);
    const header = store.get("headers", heightKey(asHeight(at)));
    if (place?.height === at && header !== undefined) return at;
  }
  return 0;
}
