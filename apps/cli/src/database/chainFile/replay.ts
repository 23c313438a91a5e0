import type { Epoch, ValidatorIndex, View } from "@polis/codec";
import { type Certificate, decodeCertificate } from "@polis/crypto";
import { digestKey, readKeptBlocks } from "@polis/kairos";
import { type Finalize, leaderFromSeed, rowsOfFinalize } from "@polis/minimmit";
import type { BlockInfo, Row } from "@polis/ports";
import { UserError } from "../../errors.ts";
import type { OpenedChain } from "../openForWriting.ts";
import { chainFileError } from "./records.ts";

/** Blocks that wait for their certificate; views ahead of finality bound them in a true chain (R4). */
const maxWaiting = 10_000;
/** Finalizations on their way to the disk. */
const maxWrites = 64;

/** Takes the blocks of a chain in order, as a replica that catches up would (R28). */
export interface Replay {
  /** @throws UserError for a block that does not follow, or that the rules refuse */
  block(bytes: Uint8Array): void;
  /** The certificate of the block before it. @throws UserError when it is another's or does not verify */
  certificate(bytes: Uint8Array): Promise<void>;
  /** Resolves when all that became final is on disk. */
  settled(): Promise<void>;
}

/** Continues the chain of a store. */
export function createReplay(chain: OpenedChain): Replay {
  const { genesis, storage, ledger, voting } = chain;
  const epoch = genesis.params.epoch as Epoch;
  let waiting: BlockInfo[] = [];
  /** The last block that the store had already. */
  let skipped: BlockInfo | undefined;
  const writes: Promise<void>[] = [];

  const finalize = (certificate: Certificate): void => {
    const rows: Row[] = [];
    for (const { digest } of waiting) for (const row of ledger.finalize(digest)) rows.push(row);
    const durable = { n: genesis.n, identity: new Uint8Array(0) };
    for (const row of rowsOfFinalize(finalizeOf(waiting, certificate), durable, storage.store, epoch)) rows.push(row);
    waiting = [];
    const written = storage.store.commit(rows);
    // It is awaited later; a failure must not count as nobody's until then.
    written.catch(() => undefined);
    writes.push(written);
  };

  return {
    block(bytes) {
      const inspected = ledger.inspect(bytes);
      if (!inspected.ok) throw chainFileError(`a block is malformed: ${inspected.fault.code}`);
      const info = inspected.value;
      if (info.height <= ledger.lastFinalized.height) {
        // Of dropped blocks nothing is known any more (kairos 6.4); those above them must link to what is kept.
        const isKept = info.height >= readKeptBlocks(storage.store).lowest;
        if (isKept && storage.store.get("height_by_hash", digestKey(info.digest)) === undefined) throw fork(info);
        skipped = info;
        return;
      }
      if (waiting.length >= maxWaiting) throw chainFileError("too many blocks without a certificate");
      const leader = leaderOf(chain, info);
      const executed = ledger.execute(bytes, leader);
      if (!executed.ok) throw refused(info, executed.fault.code, executed.fault.detail);
      const before = waiting.at(-1) ?? ledger.lastFinalized;
      if (info.parentDigest !== before.digest) throw refused(info, "PARENT", "it does not follow the block before it");
      waiting.push(info);
    },
    async certificate(bytes) {
      const decoded = decodeCertificate(bytes, voting.shape);
      if (!decoded.ok) throw chainFileError(`a certificate is malformed: ${decoded.fault.code}`);
      const certificate = decoded.value;
      const last = waiting.at(-1) ?? skipped;
      const { kind, digest, view } = certificate;
      if (last === undefined || kind !== "finalization" || digest !== last.digest || view !== last.view) {
        throw chainFileError("a certificate is not that of the block before it");
      }
      if (waiting.length === 0) return;
      if (certificate.epoch !== epoch || !voting.scheme.verifyCertificate(certificate)) {
        throw refused(last, "CERTIFICATE", "its certificate does not verify");
      }
      finalize(certificate);
      if (writes.length >= maxWrites) await writes.shift();
    },
    async settled() {
      await Promise.all(writes.splice(0));
    },
  };
}

/** Of the views in between nothing is known but that they were left (R9), as for a replica that catches up. */
function finalizeOf(blocks: readonly BlockInfo[], certificate: Certificate): Finalize {
  const last = blocks.at(-1)!;
  const first = blocks[0]!;
  const onPath = new Set<View>(blocks.map(({ view }) => view));
  const views: Finalize["views"][number][] = [];
  for (let view = first.parentView + 1; view < last.view; view++) {
    if (!onPath.has(view as View)) views.push({ view: view as View, label: "nullified", digest: undefined });
  }
  return {
    kind: "finalize",
    blocks: blocks.map(({ digest, height, view }) => ({ digest, height, view, direct: digest === last.digest })),
    certificate,
    views,
    pruneBelow: last.view,
  };
}

/** R5: the block's own previous seed, which execution verifies (B7), names a random leader. */
function leaderOf({ genesis }: OpenedChain, { view, prevSeed, height }: BlockInfo): ValidatorIndex {
  if (genesis.leader === "round-robin") return (view % genesis.n) as ValidatorIndex;
  if (prevSeed === undefined) throw chainFileError(`the block of height ${height} has no seed`);
  return leaderFromSeed(prevSeed, view, genesis.n);
}

function fork({ height, digest }: BlockInfo): UserError {
  const hint = "the file or the store is not of this chain: check both with `kairos db verify`";
  return new UserError("IMPORT_FORK", `height ${height} is another block here than 0x${digest}`, hint);
}

function refused({ height, digest }: BlockInfo, code: string, detail: string | undefined): UserError {
  const hint = "take the file from a node that you trust; what came before is imported";
  return new UserError("IMPORT_BLOCK", `height ${height} (0x${digest}): ${code} ${detail ?? ""}`.trimEnd(), hint);
}
