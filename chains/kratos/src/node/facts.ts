import type { KratosBackend, RoundFacts } from "../api/backend.ts";
import type { ClockGuard } from "./clockGuard.ts";
import type { NodeCore } from "./core.ts";
import type { FinalityHost } from "./finalityHost.ts";
import type { HostFacts } from "./options.ts";
import type { Syncing } from "./syncing.ts";

/** The parts of a node that the methods of JSON-RPC read. */
export interface FactParts {
  readonly core: NodeCore;
  readonly syncing: Syncing;
  readonly finality: FinalityHost;
  readonly clock: ClockGuard;
}

/** What JSON-RPC asks of a node, read anew with every call. */
export function backendOf(
  { core, syncing, finality, clock }: FactParts,
  { name, version, unsafe, network }: HostFacts,
  submit: KratosBackend["submit"],
): KratosBackend {
  const { book } = syncing;
  return {
    ...{ reader: core.reader, pool: core.pool, submit, name, version, unsafe },
    chainName: core.options.record.chainName,
    peers: () => ({
      ...network(),
      peers: book.peers(),
      bestHeight: book.bestProven(),
      averageScore: book.averageScore(core.time.steady),
    }),
    round: () => roundOf(finality),
    clock: () => clock.local.json(),
  };
}

/** Undefined while the gadget stands by (kratos-core 7.8), and when it stopped. */
function roundOf({ gadget, isAlarmed }: FinalityHost): RoundFacts | undefined {
  if (!gadget.active || isAlarmed) return undefined;
  const { prevotes, precommits, target, completable } = gadget.progress;
  const isPrecommitting = target !== undefined;
  return {
    ...{ round: gadget.round, set: gadget.set.id, prevotes, precommits, target: target?.number },
    state: completable ? "Completed" : isPrecommitting ? "Precommitting" : "Prevoting",
  };
}
