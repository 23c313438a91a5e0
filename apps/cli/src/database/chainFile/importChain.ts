import { createReadStream } from "node:fs";
import { createZstdDecompress } from "node:zlib";
import { loseJournal } from "../../backup/journalRows.ts";
import { UserError } from "../../errors.ts";
import type { NodeFiles } from "../nodeFiles.ts";
import { type OpenedChain, openForWriting } from "../openForWriting.ts";
import { type ChainHead, chainFileError, readHead, readRecords, recordKind } from "./records.ts";
import { createReplay, type Replay } from "./replay.ts";

/** What an import did. */
export interface Imported {
  readonly head: ChainHead;
  /** Blocks that were new here. */
  readonly blocks: number;
  /** The tip afterwards. */
  readonly height: number;
}

/**
 * Executes and verifies the blocks of a chain file on top of a store, which may be new; what is there already is compared
 * and skipped. Every block passes the rules of consensus: parent links, signatures, roots, certificates (R28). What is
 * good up to an error stays. The journal is lost from the beginning on (18.3, R27).
 * @param beforeWriting called once, right before anything is written
 * @throws UserError CHAIN_FILE or IMPORT_ with what is wrong; StorageError STORAGE_LOCKED while a node runs on the store
 */
export async function importChain(
  files: NodeFiles,
  file: string,
  onProgress: (done: number, total: number) => void,
  beforeWriting: () => void,
): Promise<Imported> {
  const records = readRecords(inflate(file));
  try {
    const first = await records.next();
    if (first.done === true || first.value.kind !== recordKind.head) throw chainFileError("it has no head");
    const head = readHead(first.value.bytes);
    checkNetwork(head, files.genesisHash);
    beforeWriting();
    const chain = await openForWriting(files);
    try {
      return await replayAll(chain, head, records, onProgress);
    } finally {
      await chain.storage.close();
    }
  } finally {
    await records.return(undefined);
  }
}

async function replayAll(
  chain: OpenedChain,
  head: ChainHead,
  records: ReturnType<typeof readRecords>,
  onProgress: (done: number, total: number) => void,
): Promise<Imported> {
  const { ledger, storage } = chain;
  const start = ledger.lastFinalized.height;
  if (head.from > start + 1) {
    const hint = `import a file that begins at ${start + 1} or below first`;
    throw new UserError("IMPORT_GAP", `the file begins at height ${head.from}, the store ends at ${start}`, hint);
  }
  await loseJournal(storage.store);
  const replay = createReplay(chain);
  let done = 0;
  let ended = false;
  for await (const { kind, bytes } of records) {
    if (ended) throw chainFileError("something follows its end");
    if (kind === recordKind.end) ended = true;
    else await apply(replay, kind, bytes);
    if (kind === recordKind.block) onProgress(++done, head.to - head.from + 1);
  }
  await replay.settled();
  if (!ended) throw chainFileError("it is cut off");
  const { height } = ledger.lastFinalized;
  if (height < head.to) throw chainFileError(`it ends at height ${height}, not at ${head.to}`);
  return { head, blocks: height - start, height };
}

async function apply(replay: Replay, kind: number, bytes: Uint8Array): Promise<void> {
  if (kind === recordKind.block) replay.block(bytes);
  else if (kind === recordKind.certificate) await replay.certificate(bytes);
  else throw chainFileError(`a record is of kind ${kind}`);
}

function checkNetwork({ genesisHash, network }: ChainHead, expected: string): void {
  if (genesisHash === expected) return;
  throw new UserError(
    "IMPORT_NETWORK",
    `the file is of network ${network} (genesis ${genesisHash}), this node has genesis ${expected}`,
    "correct genesis.path, or take a file of this network",
  );
}

async function* inflate(file: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file);
  const decompress = createZstdDecompress();
  source.on("error", (error) => decompress.destroy(error));
  source.pipe(decompress);
  try {
    for await (const part of decompress) yield part as Uint8Array;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EACCES" || code === "EISDIR") {
      throw new UserError("CHAIN_FILE", `cannot read ${file}: ${message}`, "check the path and its permissions");
    }
    throw chainFileError(message, error);
  } finally {
    source.destroy();
  }
}
