import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ModuleGraph } from "./moduleGraph.ts";

/**
 * Writes all files of a graph below a folder, at the paths where its pages look for them, for a server of static files.
 * Paths with `.ts` must be served as `text/javascript`.
 * @example writeModules(graph, "site") // site/modules/…
 */
export function writeModules(graph: ModuleGraph, folder: string): void {
  for (const [path, { bytes }] of graph.files) {
    const file = join(folder, decodeURIComponent(path));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}
