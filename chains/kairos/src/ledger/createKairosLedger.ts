import { type Digest, epoch, millis, ok } from "@polis/codec";
import { createMempool } from "@polis/mempool";
import type { BlockInfo } from "@polis/ports";
import { createStateTree, type StateReader } from "@polis/state";
import { blockInfo } from "../block/inspectBlock.ts";
import { createSeedVerifier } from "../block/verifyGroupSeed.ts";
import { nextBaseFee } from "../fees/nextBaseFee.ts";
import { genesisBlock } from "../genesis/genesisBlock.ts";
import { createFaceCache } from "../usdc/faceRules.ts";
import { admit } from "./admit.ts";
import { createFinalHashes } from "./blockHashes.ts";
import { createBlockReader } from "./blockReader.ts";
import { buildBlock } from "./buildBlock.ts";
import { type ChainCore, parentOf } from "./chainCore.ts";
import { createLedgerEvm } from "./createLedgerEvm.ts";
import { createReader } from "./createReader.ts";
import { executeBlock } from "./executeBlock.ts";
import { finalizeBlock } from "./finalizeBlock.ts";
import { genesisRows, loadFinal } from "./loadFinal.ts";
import { createLogIndex } from "./logIndex.ts";
import { defaultPoolConfig } from "./poolConfig.ts";
import { createStateHistory } from "./stateHistory.ts";
import type { KairosLedger, KairosLedgerOptions } from "./types.ts";
import { createVerifiedCache } from "./verifiedCache.ts";

/**
 * Opens the Kairos chain on a store: an empty one gets the genesis state, another continues from its last finalized
 * block (R26). The pool judges by the highest executed block, on which the next leader most likely builds; while a block
 * is built it judges by that block's parent. Throws a GenesisError when the store belongs to another network.
 * @example
 * const ledger = createKairosLedger({ genesis: parseGenesis(text), store });
 * ledger.admit(now, timeS, envelope);
 */
export function createKairosLedger(options: KairosLedgerOptions): KairosLedger {
  const { genesis, store } = options;
  const first = genesisBlock(genesis);
  const loaded = loadFinal(store, first);
  const ready = loaded === undefined ? store.commit(genesisRows(first)) : Promise.resolve();
  const core = createCore(options, first, loaded);
  const { params } = core;

  let tip: Digest = core.final.info.digest;
  let lastNow = millis(0);
  let lastTimeS = core.final.header.timestampS;
  const tipState = rememberState(core, () => tip);
  const finalState = rememberState(core, () => core.final.info.digest);
  const pool = createMempool(defaultPoolConfig(params.fees.floor, options.pool), {
    nonce: (sender) => tipState()?.account(sender)?.nonce ?? 0n,
    balance: (address) => tipState()?.account(address)?.balance ?? 0n,
    finalNonce: (sender) => finalState()?.account(sender)?.nonce ?? 0n,
  });
  const reader = createReader(core, store, pool, () => tip);

  /** The highest executed block becomes the tip; of equal height, the one of the higher view. */
  function raiseTip(digest: Digest): void {
    const [next, current] = [parentOf(core, digest), parentOf(core, tip)];
    if (next === undefined) return;
    const order = current === undefined ? 1 : compareHeightThenView(next.info, current.info);
    if (order > 0) tip = digest;
  }

  return {
    ...reader,
    ready,
    pool,
    genesisInfo: first.info,
    get lastFinalized() {
      return core.final.info;
    },
    inspect(block) {
      const decoded = core.blocks.decode(block);
      return decoded.ok ? ok(blockInfo(decoded.value)) : decoded;
    },
    isWhole: (block) => core.blocks.isWhole(block),
    execute(block, leader) {
      const executed = executeBlock(core, block, leader);
      if (executed.ok) raiseTip(executed.value.digest);
      return executed;
    },
    build(request) {
      tip = request.parentDigest;
      lastTimeS = Math.max(lastTimeS, Math.floor(request.timeMs / 1000));
      const built = buildBlock(core, pool, request, options.build ?? {});
      tip = built.info.digest;
      return built;
    },
    isExecuted: (digest) => parentOf(core, digest) !== undefined,
    finalize(digest) {
      const { executed, rows } = finalizeBlock(core, store, digest);
      if (parentOf(core, tip) === undefined) tip = digest;
      for (const other of core.executed.keys()) raiseTip(other);
      const included = executed.transactions.map(({ transaction }) => transaction.hash);
      pool.onFinalized(lastNow, executed.info.height, included, [...executed.touched]);
      return rows;
    },
    hasExecutable() {
      const { header } = parentOf(core, tip)!;
      return pool.hasExecutable(nextBaseFee(header.baseFeePerGas, header.extra.smoothedGas, params.fees), lastTimeS);
    },
    stateRoot: (digest) => core.states.rootAt(digest),
    admit(now, timeS, envelope, sender) {
      lastNow = now;
      lastTimeS = Math.max(lastTimeS, timeS);
      return admit(core, pool, now, timeS, envelope, sender);
    },
    unverifiedEnvelopes(block) {
      const decoded = core.blocks.decode(block);
      if (!decoded.ok) return [];
      return decoded.value.transactions.filter((envelope) => core.verified.find(envelope) === undefined);
    },
    markVerified(envelope, sender) {
      core.verified.mark(envelope, sender);
    },
    tallyOf: (digest) => core.executed.get(digest)?.tally,
    expire: (now, timeS) => pool.expire(now, timeS),
  };
}

/**
 * The state of a block that is asked for often and changes seldom. A state that leaves the tree is never asked for: tip and
 * final block have moved on by then.
 */
function rememberState(core: ChainCore, blockOf: () => Digest): () => StateReader | undefined {
  let known: Digest | undefined;
  let state: StateReader | undefined;
  return () => {
    const block = blockOf();
    if (state === undefined || known !== block) {
      known = block;
      state = core.states.at(block);
    }
    return state;
  };
}

function compareHeightThenView(a: BlockInfo, b: BlockInfo): number {
  return a.height === b.height ? a.view - b.view : a.height - b.height;
}

function createCore(
  { genesis, store, verifySeed, stateLimits, root, evm, leniency, history }: KairosLedgerOptions,
  first: ReturnType<typeof genesisBlock>,
  loaded: ReturnType<typeof loadFinal>,
): ChainCore {
  const { params, groupKeyM } = genesis;
  const final = loaded ?? { info: first.info, header: first.header, supply: first.state.supply };
  const defaultVerifier =
    groupKeyM === undefined ? () => false : createSeedVerifier(groupKeyM, first.digest, epoch(params.epoch));
  const finalHashes = createFinalHashes(store);
  finalHashes.add(final.info.height, final.info.digest);
  return {
    genesis,
    genesisDigest: first.digest,
    params,
    states: createStateTree({
      store,
      finalized: final.info.digest,
      root: root ?? final.header.stateRoot,
      limits: stateLimits ?? {},
    }),
    evm: evm ?? createLedgerEvm(params),
    leniency: leniency ?? {},
    faceCache: createFaceCache(),
    verified: createVerifiedCache(params),
    blocks: createBlockReader(params),
    executed: new Map(),
    final,
    finalHashes,
    logIndex: createLogIndex(store),
    history: createStateHistory(store, history ?? "full"),
    verifySeed: verifySeed ?? defaultVerifier,
  };
}
