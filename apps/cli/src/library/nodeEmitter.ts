import type { EventEmitter } from "node:events";
import type { Digest, ValidatorIndex, View } from "@polis/codec";
import type { Evidence, Observation } from "@polis/minimmit";
import type { FinalBlock, NodeObserver } from "../node/nodeEvents.ts";

/** The events of a node (kairos X10) and what their listeners get. */
export interface NodeEvents {
  /** This replica entered a view. */
  view: [{ readonly view: View; readonly leader: ValidatorIndex }];
  /** An M-notarization of a view is known here; views rise, and one that comes late is left out. */
  notarized: [{ readonly view: View; readonly digest: Digest }];
  /** A block is final and on disk; once per block, in height order. */
  finalized: [FinalBlock];
  nullified: [{ readonly view: View }];
  /** A validator contradicted itself (R30). */
  evidence: [Evidence];
  /** The node has stopped working: a broken invariant or a failed disk. Call `shutdown`. */
  error: [unknown];
  /** The operator asks for the end (AdminService.Shutdown); without a listener the call is refused. Call `shutdown`. */
  shutdown: [];
}

/**
 * Turns what a node tells its observer into events.
 * @param onFailure gets the first failure; the ones behind it are its echoes
 * @param onObservation hears everything that consensus reports, beside the events
 */
export function emitNodeEvents(
  emitter: EventEmitter<NodeEvents>,
  onFailure: (error: unknown) => void,
  onObservation?: (observation: Observation) => void,
): NodeObserver {
  let notarizedView = 0;
  const emitObservation = (observation: Observation): void => {
    if (observation.what === "entered") {
      emitter.emit("view", { view: observation.view, leader: observation.leader });
    }
    if (observation.what !== "certificate") return;
    const { kind, view, digest } = observation.certificate;
    if (kind === "nullification") emitter.emit("nullified", { view });
    else if (digest !== undefined && view > notarizedView) {
      // The votes of an L-notarization are an M-notarization too; with few validators it may be the first that is seen.
      notarizedView = view;
      emitter.emit("notarized", { view, digest });
    }
  };
  return {
    onObservation: (observation) => {
      onObservation?.(observation);
      emitObservation(observation);
    },
    onFinal: (blocks) => {
      for (const block of blocks) emitter.emit("finalized", block);
    },
    onEvidence: (evidence) => void emitter.emit("evidence", evidence),
    onFailure,
    onShutdownRequest: () => {
      if (emitter.listenerCount("shutdown") === 0) return false;
      // Who has asked gets an answer before the listeners close.
      setImmediate(() => emitter.emit("shutdown"));
      return true;
    },
  };
}
