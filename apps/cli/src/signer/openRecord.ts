import { type Digest, equalBytes } from "@polis/codec";
import { openStorage, type Storage } from "@polis/storage";
import { UserError } from "../errors.ts";
import { clearMarks, freshMarks, hasMark } from "../run/freshMark.ts";
import { floorRow, RECORD_TABLES, VoteRecord } from "./voteRecord.ts";

/** How a record is opened. */
export interface RecordOptions {
  /** Folder of the record; made when it is missing. */
  readonly path: string;
  readonly genesisHash: Digest;
  readonly blsPublicKey: Uint8Array;
  /** Folder of the BLS key: the mark of a key that has never signed lies there (D18). */
  readonly keyFolder: string;
  /** The operator answers for it that the key signed nothing at or above this view. */
  readonly fromView: number | undefined;
  readonly onFailure: (error: Error) => void;
}

const OWNER_KEY = new TextEncoder().encode("signer");
const SCHEMA = 1;
/** Room for the kept views many times over. */
const MAP_BYTES = 64 * 1024 * 1024;

/**
 * Opens the record of a key, or makes it when the key is known never to have signed: by its mark, or by the operator's
 * word. A record that is missing without either is a lost one, and the signer must not start (R27).
 * @throws UserError, StorageError
 */
export async function openRecord(options: RecordOptions): Promise<{ record: VoteRecord; storage: Storage }> {
  const { path, genesisHash, blsPublicKey, keyFolder, fromView, onFailure } = options;
  const storage = await openStorage({
    path,
    tables: RECORD_TABLES,
    schema: SCHEMA,
    identity: genesisHash,
    mapSizeBytes: MAP_BYTES,
    onFailure,
  });
  try {
    const owner = storage.store.get("meta", OWNER_KEY);
    if (owner === undefined) await begin(storage, options);
    else if (!equalBytes(owner, blsPublicKey)) {
      const hint = "every key has a record of its own: give another folder to --record";
      throw new UserError("SIGNER_RECORD", `${path} is the record of another key`, hint, { exitCode: 2 });
    } else if (fromView !== undefined) {
      const hint = "leave --from-view out: the record knows what was signed";
      throw new UserError("SIGNER_RECORD", `${path} is a record already`, hint, { exitCode: 2 });
    }
    // From now on a missing record is a lost one.
    clearMarks(freshMarks(keyFolder, path));
    return { record: new VoteRecord(storage), storage };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

async function begin(storage: Storage, { path, blsPublicKey, keyFolder, fromView }: RecordOptions): Promise<void> {
  if (fromView === undefined && !hasMark(freshMarks(keyFolder, path))) {
    throw new UserError(
      "SIGNER_RECORD_LOST",
      `there is no record in ${path}, and this key may have signed before`,
      "restore the record; or learn a view that this key certainly never voted in, and start with --from-view VIEW (R27)",
      { exitCode: 2 },
    );
  }
  const floor = Math.max(0, (fromView ?? 0) - 1);
  await storage.journal.append([floorRow(floor), { table: "meta", key: OWNER_KEY, value: blsPublicKey }]);
}
