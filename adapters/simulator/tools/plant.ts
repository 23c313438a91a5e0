import { registerHooks } from "node:module";
import type { runSeed } from "../src/run/runSeed.ts";
import type { DIRECTED } from "../src/scenarios/directed.ts";
import type { Bug } from "./bugs.ts";

/** A patch that does not fit the sources any more; `hint` says what to do. */
export class PatchError extends Error {
  readonly code = "PATCH";
  readonly hint = "adapt the fragment in tools/bugs.ts to the present source of kernel/minimmit";
}

const planted = new Map<string, Bug>();
const applied = new Map<string, number>();

/** A module of the replica or the simulator is loaded once per bug; everything else is shared. */
function isCopied(url: string): boolean {
  return /\/(kernel\/minimmit|adapters\/simulator)\/src\/[^?]*\.ts$/.test(url);
}

function bugIn(url: string | undefined): string | undefined {
  return url?.match(/\?bug=(\d+)$/)?.[1];
}

registerHooks({
  resolve: (specifier, context, nextResolve) => {
    const resolved = nextResolve(specifier, context);
    const bug = bugIn(context.parentURL);
    return bug !== undefined && isCopied(resolved.url) ? { ...resolved, url: `${resolved.url}?bug=${bug}` } : resolved;
  },
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    const id = bugIn(url);
    const bug = id === undefined ? undefined : planted.get(id);
    if (bug === undefined || loaded.source === undefined || loaded.source === null) return loaded;
    let source = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
    for (const { file, find, replace } of bug.patches) {
      if (!url.includes(`/kernel/minimmit/src/${file}?`)) continue;
      const parts = source.split(find);
      if (parts.length !== 2) throw new PatchError(`bug ${bug.id}: ${parts.length - 1} times in ${file}: ${find}`);
      source = parts.join(replace);
      applied.set(id!, (applied.get(id!) ?? 0) + 1);
    }
    return { ...loaded, source };
  },
});

/** The simulator around a replica with a planted bug. */
export interface Planted {
  readonly runSeed: typeof runSeed;
  /** Directed schedules by name. */
  readonly directed: typeof DIRECTED;
}

/** Loads the simulator around a replica with this bug. Throws a PatchError when a fragment is not there exactly once. */
export async function plant(bug: Bug): Promise<Planted> {
  const id = String(bug.id);
  planted.set(id, bug);
  const seeds: { readonly runSeed: typeof runSeed } = await import(`../src/run/runSeed.ts?bug=${id}`);
  const schedules: { readonly DIRECTED: typeof DIRECTED } = await import(`../src/scenarios/directed.ts?bug=${id}`);
  const count = applied.get(id) ?? 0;
  if (count !== bug.patches.length)
    throw new PatchError(`bug ${id}: ${count} of ${bug.patches.length} patches applied`);
  return { runSeed: seeds.runSeed, directed: schedules.DIRECTED };
}

/** What this seed or schedule finds wrong in the planted replica; undefined when the bug survives it. */
export function find({ runSeed, directed }: Planted, killer: number | string): string | undefined {
  if (typeof killer === "number") {
    const violation = runSeed(killer).violations[0];
    return violation && `${violation.code} ${violation.message}`;
  }
  const scenario = directed[killer.replace("scenario: ", "")];
  if (scenario === undefined) throw new RangeError(`no directed schedule is called ${killer}`);
  return scenario();
}
