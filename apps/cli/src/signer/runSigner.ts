import { dirname, join } from "node:path";
import { genesisBlock } from "@polis/kairos";
import type { Logger } from "@polis/ports";
import { UserError } from "../errors.ts";
import { shareFiles } from "../keys/identity.ts";
import { type KeyFileAccess, readKeyFile } from "../keys/keyFile.ts";
import { votingKeys } from "../node/voting.ts";
import { readGenesis } from "../run/loadGenesis.ts";
import { openRecord } from "./openRecord.ts";
import { type SignerListen, type SignerServer, serveSigner } from "./serveSigner.ts";

/** What a signer is started with. */
export interface SignerOptions {
  readonly genesisPath: string;
  /** Folder with bls.key, and with share.key.m and share.key.l in the threshold scheme. */
  readonly keyFolder: string;
  readonly recordPath: string;
  readonly access: KeyFileAccess;
  readonly listen: SignerListen;
  /** The operator answers for it that the key signed nothing at or above this view (R27). */
  readonly fromView: number | undefined;
  readonly logger: Logger;
  /** The record cannot be written any more. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Opens keys and record and answers sign requests.
 * @throws UserError, StorageError, or the listen error of an address that is taken
 */
export async function startSigner(options: SignerOptions): Promise<SignerServer & { readonly index: number }> {
  const { keyFolder, access, logger, onFailure } = options;
  const genesis = readGenesis(options.genesisPath);
  const genesisHash = genesisBlock(genesis).digest;
  const bls = readKeyFile(join(keyFolder, "bls.key"), "bls", access);
  const index = genesis.validators.findIndex(({ blsPublicKey }) => blsPublicKey.toHex() === bls.publicKey.toHex());
  if (index < 0) {
    const hint = "check --keys and --genesis: a signer serves one validator of one network";
    throw new UserError("KEY_MISMATCH", "the BLS key is not in the validator list of the genesis", hint, {
      exitCode: 2,
    });
  }
  const share = (kind: "share_m" | "share_l") => {
    const files = shareFiles(join(keyFolder, "share.key"));
    return genesis.scheme === "threshold"
      ? readKeyFile(kind === "share_m" ? files.m : files.l, kind, access)
      : undefined;
  };
  const secrets = { bls, shareM: share("share_m"), shareL: share("share_l") };
  const keys = votingKeys(genesis, genesisHash, index, secrets);
  const { record, storage } = await openRecord({
    path: options.recordPath,
    genesisHash,
    blsPublicKey: bls.publicKey,
    keyFolder: dirname(join(keyFolder, "bls.key")),
    fromView: options.fromView,
    onFailure,
  });
  try {
    const hello = { genesisHash, index: keys.index, blsPublicKey: bls.publicKey };
    const epoch = genesis.params.epoch;
    const server = await serveSigner({ listen: options.listen, keys, epoch, record, hello, logger, fail: onFailure });
    logger.log("info", "the signer is up", {
      validator: index,
      genesis: genesisHash.slice(0, 16),
      floor: record.floor,
    });
    return {
      index,
      port: server.port,
      close: async () => {
        await server.close();
        await storage.close();
      },
    };
  } catch (error) {
    await storage.close();
    throw error;
  }
}
