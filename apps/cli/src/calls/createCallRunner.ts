import { type Digest, validatorIndex } from "@polis/codec";
import {
  createCallWorld,
  createKairosLedger,
  genesisBlock,
  KAIROS_TABLES,
  type KairosLedger,
  metaKey,
  runJob,
  schemaVersion,
} from "@polis/kairos";
import { openStorage } from "@polis/storage";
import { createNodeEvm } from "../node/createNodeEvm.ts";
import type { CallAnswerMessage, CallRequestMessage, CallThreadSetup } from "./protocol.ts";
import { rememberFinal } from "./rememberFinal.ts";

/** Caches of a view that lives for one finalized block: small, because they are thrown away with it. */
const stateLimits = {
  maxCachedAccounts: 20_000,
  maxCachedKeys: 20_000,
  maxCachedCodeBytes: 8 * 1024 * 1024,
  maxCachedNodes: 20_000,
  maxCachedTries: 1_000,
};

/**
 * Answers jobs on the last finalized state that is on disk, and on blocks above it that come with the job. One engine serves
 * all jobs; the ledger around it is made anew when the chain has moved on, because nothing else would be one moment.
 */
export async function createCallRunner(
  setup: CallThreadSetup,
): Promise<(request: CallRequestMessage) => CallAnswerMessage> {
  const { genesis, maxResultLength, history } = setup;
  const storage = await openStorage({
    path: setup.path,
    tables: KAIROS_TABLES,
    schema: schemaVersion,
    identity: genesisBlock(genesis).digest,
    mapSizeBytes: setup.mapSizeBytes,
    readOnly: true,
    pinned: true,
  });
  const evm = createNodeEvm(genesis.params);
  const remember = rememberFinal();
  let ledger: KairosLedger | undefined;
  let tip = "";

  /** The chain as it is on disk at this moment. */
  function current(): KairosLedger {
    storage.refresh();
    const now = storage.store.get("meta", metaKey.tip)?.toHex() ?? "";
    if (ledger === undefined || now !== tip) {
      ledger = createKairosLedger({ genesis, store: storage.store, evm, stateLimits, history });
      tip = now;
    }
    return ledger;
  }

  return ({ id, job, unsettled, timeoutMs }) => {
    const deadline = performance.now() + timeoutMs;
    const view = current();
    for (const { digest, block, leader } of unsettled) {
      if (view.heightOf(digest as Digest) !== undefined || view.isExecuted(digest as Digest)) continue;
      const executed = view.execute(block, validatorIndex(leader));
      // Finality has gone another way meanwhile, or has gone past this block.
      if (!executed.ok) return { id, error: { code: -32001, message: "the block is not part of the chain any more" } };
    }
    const world = createCallWorld(view, evm, () => performance.now() > deadline);
    const answer = runJob(remember(world), job);
    if (!answer.ok) return { id, error: answer.error };
    const text = JSON.stringify(answer.value);
    if (text.length <= maxResultLength) return { id, text };
    return { id, error: { code: -32005, message: "the response is over the size limit" } };
  };
}
