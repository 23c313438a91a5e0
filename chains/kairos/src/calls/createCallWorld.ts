import { type Digest, height } from "@polis/codec";
import type { Evm } from "@polis/evm";
import { decodeBlock } from "../block/envelope.ts";
import type { Header } from "../block/header.ts";
import type { KairosReader } from "../ledger/types.ts";
import type { CallWorld } from "./world.ts";

/** Speculative blocks walked through for an ancestor: far above what is ever unfinalized in practice. */
const maxSpeculative = 512;

/**
 * The world of jobs over a ledger's reader.
 * @param evm an engine that nobody else uses while a job runs
 * @param expired see `LogWorld`; default: a job has all the time it needs
 * @example runJob(createCallWorld(ledger, createEvm(kairosRules(params))), job)
 */
export function createCallWorld(reader: KairosReader, evm: Evm, expired: () => boolean = () => false): CallWorld {
  const bodyOf = (block: Digest) => {
    const bytes = reader.blockByDigest(block);
    const decoded = bytes === undefined ? undefined : decodeBlock(bytes, reader.params);
    return decoded?.ok === true ? decoded.value : undefined;
  };
  const headerOf = (block: Digest): Header | undefined => {
    const at = reader.heightOf(block);
    return at === undefined ? bodyOf(block)?.header : reader.headerByHeight(at)?.header;
  };
  return {
    params: reader.params,
    evm,
    expired,
    header: headerOf,
    envelope: (block) => reader.blockByDigest(block),
    transactions: (block) => reader.transactionsOf(block),
    state: (block) => reader.stateAt(block),
    proofs: (block) => reader.proofsAt(block),
    addressPlaces: (address, below, limit) => reader.addressPlaces(address, below, limit),
    fork: (block) => reader.forkAt(block),
    lowestHeight: () => reader.lowestHeight(),
    headerAt: (at) => reader.headerByHeight(at),
    receiptsAt: (at) => reader.receiptsByHeight(at),
    envelopes: (block) => bodyOf(block)?.transactions,
    heightsWithLogs: (from, to, criteria) => reader.heightsWithLogs(from, to, criteria),
    ancestor(block, wanted) {
      let at: Digest | undefined = block;
      // Above the finalized blocks the branch decides; from there on the height is enough.
      for (let i = 0; at !== undefined && i < maxSpeculative; i++) {
        const header: Header | undefined = headerOf(at);
        if (header === undefined || wanted > BigInt(header.number)) return undefined;
        if (wanted === BigInt(header.number)) return at;
        if (reader.heightOf(at) !== undefined) return reader.headerByHeight(height(Number(wanted)))?.digest;
        at = header.parentHash;
      }
      return undefined;
    },
  };
}
