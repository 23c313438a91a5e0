import type { Digest, Fault, ValidatorIndex } from "@polis/codec";
import type { KairosLedger } from "@polis/kairos";
import type { Finalize, ReplicaEvent } from "@polis/minimmit";
import type { BlockInfo, BuildRequest, Metrics, Row } from "@polis/ports";
import type { Fills } from "../telemetry/fills.ts";
import { countTally } from "../telemetry/moneyGauges.ts";
import type { PaymentTracer } from "../telemetry/tracing/paymentTracer.ts";
import { newestRows } from "./newestRows.ts";
import type { FinalBlock } from "./nodeEvents.ts";
import type { VerifyPool } from "./verify/pool.ts";

export interface ExecutionDeps {
  readonly ledger: KairosLedger;
  readonly pool: VerifyPool | undefined;
  /** The rows of consensus that go into the same commit (kairos S4). */
  readonly consensusRows: (finalize: Finalize) => readonly Row[];
  readonly commit: (rows: readonly Row[]) => Promise<void>;
  readonly deliver: (event: ReplicaEvent) => void;
  /** Called when a block was executed, built or finalized: the pool judges by another tip now. */
  readonly onTip: () => void;
  /** Called when the blocks of a finalization are on disk. */
  readonly onFinal: (blocks: readonly FinalBlock[]) => void;
  /** Called at once, with the transactions that need no more spreading. */
  readonly onIncluded: (hashes: readonly Digest[]) => void;
  readonly fail: (error: unknown) => void;
  /** This node's ledger has refused a block. */
  readonly onRejected: (digest: Digest, reason: string) => void;
  readonly metrics: Metrics;
  readonly fills: Pick<Fills, "note">;
  readonly tracer: PaymentTracer | undefined;
}

/** Executes, builds and finalizes blocks for the replica: the ledger's side of its effects. */
export interface Execution {
  execute(digest: Digest, block: Uint8Array, leader: ValidatorIndex): void;
  build(request: BuildRequest): void;
  finalize(finalize: Finalize): void;
  /** Resolves when every finalized block is on disk. */
  settled(): Promise<void>;
}

const SUCCESS = Object.freeze({ result: "success" });
/** From this many unchecked signatures on, a block waits for the worker threads instead of checking them here. */
const POOL_FROM = 32;

export function createExecution(deps: ExecutionDeps): Execution {
  const { ledger, metrics } = deps;
  let writes: Promise<void> = Promise.resolve();
  let waitingWrites = 0;

  const trace = ({ digest, view, height }: BlockInfo, startMs: number): void => {
    if (deps.tracer === undefined) return;
    const hashes = ledger.transactionsOf(digest)?.map(({ transaction }) => transaction.hash) ?? [];
    deps.tracer.executed({ digest, view, height, hashes, startMs });
  };

  const execute = (digest: Digest, block: Uint8Array, leader: ValidatorIndex, arrivedMs: number): void => {
    const start = performance.now();
    const result = ledger.execute(block, leader);
    const now = performance.now();
    metrics.observe("execution_block_duration_seconds", (now - start) / 1000);
    metrics.observe("consensus_block_validation_duration_seconds", (now - arrivedMs) / 1000);
    if (result.ok) {
      metrics.count("consensus_blocks_validated_total", 1, SUCCESS);
      trace(result.value, arrivedMs);
      deps.deliver({ kind: "executed", digest, info: result.value });
      deps.onTip();
      return;
    }
    metrics.count("consensus_blocks_validated_total", 1, { result: "failure", reason: result.fault.code });
    deps.onRejected(digest, result.fault.code);
    deps.deliver({ kind: "rejected", digest, fault: result.fault satisfies Fault });
  };

  const executeVerified = async (digest: Digest, block: Uint8Array, leader: ValidatorIndex, pool: VerifyPool) => {
    const arrivedMs = performance.now();
    const unverified = ledger.unverifiedEnvelopes(block);
    if (unverified.length >= POOL_FROM) {
      const senders = await pool.verify(unverified);
      // A wrong signature is left for the execution, which names it.
      unverified.forEach((envelope, i) => {
        const sender = senders[i];
        if (sender !== undefined) ledger.markVerified(envelope, sender);
      });
    }
    execute(digest, block, leader, arrivedMs);
  };

  return {
    execute: (digest, block, leader) => {
      if (deps.pool === undefined) execute(digest, block, leader, performance.now());
      else executeVerified(digest, block, leader, deps.pool).catch(deps.fail);
    },
    build: (request) => {
      const start = performance.now();
      const { block, info, transactions } = ledger.build(request);
      metrics.observe("consensus_proposal_build_duration_seconds", (performance.now() - start) / 1000);
      trace(info, start);
      deps.deliver({ kind: "built", view: request.view, block, info, transactions });
      deps.onTip();
    },
    finalize: (finalize) => {
      const rows: Row[] = [];
      const began = performance.now();
      const blocks: FinalBlock[] = [];
      for (const { digest, height, view } of finalize.blocks) {
        const hashes = ledger.transactionsOf(digest)?.map(({ transaction }) => transaction.hash) ?? [];
        blocks.push({ digest, height, view, transactions: hashes.length });
        deps.onIncluded(hashes);
        deps.tracer?.finalized(digest, hashes);
        const tally = ledger.tallyOf(digest);
        if (tally !== undefined) countTally(metrics, tally);
        for (const row of ledger.finalize(digest)) rows.push(row);
      }
      for (const row of deps.consensusRows(finalize)) rows.push(row);
      deps.onTip();
      const start = performance.now();
      metrics.observe("trie_commit_duration_seconds", (start - began) / 1000);
      deps.fills.note("finalized", ++waitingWrites);
      const written = deps.commit(blocks.length > 1 ? newestRows(rows) : rows).then(() => {
        waitingWrites--;
        metrics.observe("storage_commit_duration_seconds", (performance.now() - start) / 1000);
        deps.onFinal(blocks);
      });
      writes = written.catch(deps.fail);
    },
    settled: () => writes,
  };
}
