import { BUGS } from "@polis/simulator/bugs";
import { createModuleGraph, type ModuleGraph } from "../web/moduleGraph.ts";
import { BROKEN_RULES } from "./model/presets.ts";

/** A planted mistake that does not fit the replica's source any more. */
export class BrokenRuleError extends Error {
  readonly code = "BROKEN_RULE";
  readonly hint = "adapt the fragment in adapters/simulator/tools/bugs.ts to the present source of kernel/minimmit";
}

/**
 * Everything that the simulator's page loads: its own script, and the worker with the real replicas.
 * @param portable for a server of static files
 */
export function playgroundModules(portable = false): ModuleGraph {
  const entries = { simulator: "./page/main.js", "simulator-worker": "./worker.ts" };
  return createModuleGraph({ entries, from: import.meta.url, portable });
}

/**
 * The worker around replicas with a planted mistake, as `tools/planted.ts` plants it, at `/broken/<id>/worker.js`; undefined
 * for a number that the page does not offer.
 * @throws BrokenRuleError
 */
export function brokenModules(id: number, portable = false): ModuleGraph | undefined {
  const bug = BUGS.find((one) => one.id === id && BROKEN_RULES.some(([offered]) => offered === id));
  if (bug === undefined) return undefined;
  let applied = 0;
  const transform = (file: string, source: string): string => {
    let changed = source;
    for (const { file: path, find, replace } of bug.patches) {
      const isIts = file.startsWith("@polis/minimmit@") && file.replace(/\.ts\.js$/, ".ts").endsWith(`/src/${path}`);
      if (!isIts) continue;
      const parts = changed.split(find);
      if (parts.length !== 2) throw new BrokenRuleError(`bug ${id} fits ${path} ${parts.length - 1} times`);
      changed = parts.join(replace);
      applied++;
    }
    return changed;
  };
  const entries = { worker: "./worker.ts" };
  const graph = createModuleGraph({ entries, from: import.meta.url, base: `/broken/${id}/`, transform, portable });
  if (applied !== bug.patches.length) throw new BrokenRuleError(`bug ${id}: ${applied} of its patches fit`);
  return graph;
}
