import type { KairosLedger } from "@polis/kairos";
import type { ReplicaEvent } from "@polis/minimmit";
import type { VerifyPool } from "../node/verify/pool.ts";

/** What checking signatures ahead needs. */
export interface SignaturesAheadOptions {
  readonly ledger: Pick<KairosLedger, "unverifiedEnvelopes" | "markVerified">;
  readonly pool: VerifyPool | undefined;
  readonly deliver: (event: ReplicaEvent) => void;
  readonly fail: (error: unknown) => void;
}

/** Fewer signatures are checked where the block is executed. */
const FROM = 16;
/** Signatures of one job, so that all threads have a part of a page. */
const JOB = 64;

/**
 * Has the worker threads check the signatures of a whole page of blocks while the page before it is executed (K3). The
 * blocks are delivered when the answers are there; who has sent them is one peer that was asked once, so there is at most
 * one page of work for each request of this node.
 * @returns what to do with each event of the links
 */
export function signaturesAhead({
  ledger,
  pool,
  deliver,
  fail,
}: SignaturesAheadOptions): (event: ReplicaEvent) => void {
  const verify = async (envelopes: readonly Uint8Array[], verifiers: VerifyPool): Promise<void> => {
    const jobs: (readonly Uint8Array[])[] = [];
    for (let at = 0; at < envelopes.length; at += JOB) jobs.push(envelopes.slice(at, at + JOB));
    const senders = (await Promise.all(jobs.map((job) => verifiers.verify(job)))).flat();
    envelopes.forEach((envelope, i) => {
      const sender = senders[i];
      // A wrong signature is left for the execution, which names it.
      if (sender !== undefined) ledger.markVerified(envelope, sender);
    });
  };
  return (event) => {
    if (pool === undefined || event.kind !== "reply" || event.reply.kind !== "blocks" || event.requestId === 0) {
      deliver(event);
      return;
    }
    const envelopes = event.reply.items.flatMap(({ block }) => ledger.unverifiedEnvelopes(block));
    if (envelopes.length < FROM) deliver(event);
    else verify(envelopes, pool).then(() => deliver(event), fail);
  };
}
