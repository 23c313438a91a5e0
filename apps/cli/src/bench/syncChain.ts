import { type Digest, millis, validatorIndex } from "@polis/codec";
import { bitmapOf, type Certificate, createMultisigKeys, quorumsOf } from "@polis/crypto";
import { createKairosLedger, genesisBlock, KAIROS_TABLES, schemaVersion } from "@polis/kairos";
import { rowsOfFinalize } from "@polis/minimmit";
import type { BlockInfo, Row } from "@polis/ports";
import { openStorage } from "@polis/storage";
import { ChainDriver } from "./chainDriver.ts";
import { envelopeOf, type PaymentFixture } from "./paymentFixture.ts";

/** Order of the scalar field of BLS12-381. */
const ORDER = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
/** Blocks in one commit: the chain need not be durable block by block here. */
const BATCH = 64;

/** How a chain for synchronization is made. */
export interface SyncChainOptions {
  readonly fixture: PaymentFixture;
  /** Data folder of the node that will serve it. */
  readonly path: string;
  readonly blocks: number;
  readonly paymentsPerBlock: number;
  readonly signal: AbortSignal;
}

/**
 * Writes the database of a node that holds a finalized chain: every block executed, and directly final by a true
 * certificate of n-f validators. A multisig certificate over one message is the signature of the sum of the keys, so one
 * signature stands for all of them here.
 * @returns bytes of all block envelopes
 */
export async function writeSyncChain(options: SyncChainOptions): Promise<number> {
  const { fixture, path, blocks, paymentsPerBlock, signal } = options;
  const { genesis } = fixture;
  const { digest: genesisHash } = genesisBlock(genesis);
  const storage = await openStorage({ path, tables: KAIROS_TABLES, schema: schemaVersion, identity: genesisHash });
  const ledger = createKairosLedger({ genesis, store: storage.store });
  await ledger.ready;
  const certify = createCertifier(fixture, genesisHash);
  const driver = new ChainDriver(ledger, genesis.n);
  const nonces = new Array<number>(fixture.signers.length).fill(0);
  const context = { n: genesis.n, identity: new Uint8Array(80) };
  let bytes = 0;
  let paid = 0;
  let rows: Row[] = [];
  for (let i = 1; i <= blocks && !signal.aborted; i++) {
    for (let j = 0; j < paymentsPerBlock; j++) {
      const from = (paid++ * 7919) % nonces.length;
      const envelope = envelopeOf(fixture, from, nonces[from]!++);
      const admitted = ledger.admit(millis(1), 1, envelope, fixture.signers[from]!.address);
      if (!admitted.ok) throw new Error(admitted.fault.code);
    }
    const built = driver.build();
    driver.keep(built);
    const { info, block } = built;
    bytes += block.length;
    const { digest, height, view, epoch } = info;
    rows.push(...ledger.finalize(digest));
    const final = {
      kind: "finalize",
      blocks: [{ digest, height, view, direct: true }],
      views: [],
      pruneBelow: view,
    } as const;
    rows.push(...rowsOfFinalize({ ...final, certificate: certify(info) }, context, storage.store, epoch));
    if (i % BATCH !== 0 && i !== blocks) continue;
    await storage.store.commit(rows);
    rows = [];
  }
  await storage.close();
  return bytes;
}

/** Signs for the first n-f validators at once. */
function createCertifier({ genesis: { n, f }, blsSecrets }: PaymentFixture, genesisHash: Digest) {
  const signers = Array.from({ length: quorumsOf(n, f).l }, (_, i) => validatorIndex(i));
  const sum = signers.reduce((total, i) => total + BigInt(`0x${blsSecrets[i]!.toHex()}`), 0n) % ORDER;
  const secret = Uint8Array.fromHex(sum.toString(16).padStart(64, "0"));
  const keys = createMultisigKeys({ index: validatorIndex(0), genesisHash, secret });
  const bitmap = bitmapOf(signers, n);
  return ({ epoch, view, digest }: BlockInfo): Certificate => {
    const signature = keys.signNotarize(epoch, view, digest);
    return { ...{ kind: "finalization", scheme: "multisig", epoch, view, digest, bitmap, signature }, seed: undefined };
  };
}
