import { type Digest, millis, validatorIndex, view } from "@polis/codec";
import type { Mempool, PoolTransaction } from "@polis/mempool";
import type { BuiltBlock, Store } from "@polis/ports";
import { createStateTree } from "@polis/state";
import { type GenesisBlock, genesisBlock } from "../genesis/genesisBlock.ts";
import type { Genesis } from "../genesis/types.ts";
import { createFinalHashes } from "../ledger/blockHashes.ts";
import { createBlockReader } from "../ledger/blockReader.ts";
import { buildBlock } from "../ledger/buildBlock.ts";
import { type ChainCore, parentOf } from "../ledger/chainCore.ts";
import { createLedgerEvm } from "../ledger/createLedgerEvm.ts";
import { executeBlock } from "../ledger/executeBlock.ts";
import { finalizeBlock } from "../ledger/finalizeBlock.ts";
import { genesisRows } from "../ledger/loadFinal.ts";
import { createLogIndex } from "../ledger/logIndex.ts";
import { createStateHistory } from "../ledger/stateHistory.ts";
import { createVerifiedCache } from "../ledger/verifiedCache.ts";
import { handlerOf } from "../transaction/decodeTransaction.ts";
import { createFaceCache } from "../usdc/faceRules.ts";
import { createMemoryStore } from "./memoryStore.ts";

/** The ledger without its pool: a test says what stands in a block. */
export interface TestChain {
  readonly core: ChainCore;
  readonly store: Store;
  readonly first: GenesisBlock;
  /** Builds on `parent` (default: the last built block) with these envelopes; refused ones are left out. */
  produce(envelopes: readonly Uint8Array[], options?: { timeMs?: number; parent?: Digest }): BuiltBlock;
  /** Executes a block of another chain. */
  import(block: Uint8Array): ReturnType<typeof executeBlock>;
  finalize(digest: Digest): void;
}

/** Starts a chain in memory. */
export function createTestChain(genesis: Genesis): TestChain {
  const store = createMemoryStore();
  const first = genesisBlock(genesis);
  void store.commit(genesisRows(first));
  const { params } = genesis;
  const finalHashes = createFinalHashes(store);
  finalHashes.add(0, first.digest);
  const core: ChainCore = {
    genesis,
    genesisDigest: first.digest,
    params,
    states: createStateTree({ store, finalized: first.digest, root: first.state.root }),
    evm: createLedgerEvm(params),
    leniency: {},
    faceCache: createFaceCache(),
    verified: createVerifiedCache(params),
    blocks: createBlockReader(params),
    executed: new Map(),
    final: { info: first.info, header: first.header, supply: first.state.supply },
    finalHashes,
    logIndex: createLogIndex(store),
    history: createStateHistory(store, "full"),
    verifySeed: () => false,
  };
  let last = first.digest;
  return {
    core,
    store,
    first,
    produce(envelopes, { timeMs, parent = last } = {}) {
      const { info } = parentOf(core, parent)!;
      const built = buildBlock(
        core,
        listPool(core, envelopes),
        {
          view: view(info.view + 1),
          leader: validatorIndex((info.view + 1) % genesis.n),
          parentDigest: parent,
          parentView: info.view,
          timeMs: millis(timeMs ?? info.timeMs + 1000),
          prevSeed: undefined,
        },
        {},
      );
      last = built.info.digest;
      return built;
    },
    import(block) {
      const executed = executeBlock(core, block, leaderOf(core, block));
      if (executed.ok) last = executed.value.digest;
      return executed;
    },
    finalize(digest) {
      void store.commit(finalizeBlock(core, store, digest).rows);
    },
  };
}

function leaderOf(core: ChainCore, block: Uint8Array) {
  const viewAt = indexOfExtraData(block) + 3;
  const low = block[viewAt + 7]!;
  return validatorIndex(low % core.genesis.n);
}

/** extraData is the only string of 31 bytes in a header: its RLP head is 0x9f. */
function indexOfExtraData(block: Uint8Array): number {
  for (let i = 400; i < block.length; i++) if (block[i] === 0x9f && block[i + 1] === 1) return i + 1;
  return 0;
}

/** A pool that offers the given envelopes in their order and keeps nothing. */
function listPool(core: ChainCore, envelopes: readonly Uint8Array[]): Mempool {
  const offered: PoolTransaction[] = [];
  for (const envelope of envelopes) {
    const verified = core.verified.resolve(envelope);
    if (verified.ok) offered.push(handlerOf(verified.value.transaction).poolEntry(verified.value));
  }
  return { candidates: () => offered.values() } as unknown as Mempool;
}
