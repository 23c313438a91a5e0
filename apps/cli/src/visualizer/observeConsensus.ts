import type { Finalize, Observation } from "@polis/minimmit";
import type { FinalBlock } from "../node/nodeEvents.ts";
import type { RingWriter } from "./ringWriter.ts";

/** What a node tells its visualizer; without one it tells nobody. */
export interface ConsensusView {
  onObservation(observation: Observation): void;
  /** Blocks become final in this moment; they are not on disk yet. */
  onFinalize(finalize: Finalize): void;
  /** Blocks are final and on disk, in height order. */
  onFinal(blocks: readonly FinalBlock[]): void;
}

/**
 * Writes what consensus reports into the ring (kairos V2, V6).
 * @param wallMs Unix milliseconds
 */
export function createConsensusView(ring: RingWriter, wallMs: () => number): ConsensusView {
  return {
    onObservation: (observation) => write(ring, observation, wallMs()),
    onFinalize: ({ blocks, views }) => {
      const now = wallMs();
      for (const { view, label } of views) ring.passedOver(view, label, now);
      // The certificate names the last block; the others are final as its ancestors, whatever they had themselves.
      for (const { view, digest, height, direct } of blocks) ring.final(view, digest, height, direct, now);
    },
    onFinal: (blocks) => {
      for (const { view, height, digest, transactions } of blocks) ring.stored(view, digest, height, transactions);
    },
  };
}

function write(ring: RingWriter, observation: Observation, nowMs: number): void {
  switch (observation.what) {
    case "entered":
      ring.entered(observation.view, observation.leader, nowMs);
      break;
    case "proposed":
      ring.proposed(observation.view, observation.digest, -1, observation.height, observation.transactions);
      break;
    case "proposalSeen": {
      const { view, digest, leader, height, transactions } = observation;
      ring.proposed(view, digest, leader, height, transactions ?? -1);
      break;
    }
    case "vote":
      if (observation.result === "valid") {
        const { vote } = observation;
        ring.vote(vote.view, vote.kind === "nullify" ? undefined : vote.digest, vote.signer);
      }
      break;
    case "voteDropped": {
      const { vote } = observation;
      ring.dropVote(vote.view, vote.kind === "nullify" ? undefined : vote.digest, vote.signer);
      break;
    }
    case "certificate":
      ring.certificate(observation.certificate, nowMs);
      break;
    case "voted":
    case "nullifySent":
    case "gate":
    case "journalLost":
      break;
  }
}
