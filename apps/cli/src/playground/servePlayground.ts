import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerModule } from "../web/answerModule.ts";
import type { ModuleGraph } from "../web/moduleGraph.ts";
import { brokenModules, playgroundModules } from "./playgroundModules.ts";

/** Answers requests of the simulator's page. */
export interface Playground {
  /** False when the path is none of the page's, and nothing has been sent. */
  answer(pathname: string, request: IncomingMessage, response: ServerResponse): boolean;
}

/** Where the modules come from. */
export interface PlaygroundModules {
  readonly sound: () => ModuleGraph;
  /** With a planted mistake; undefined for a number that is not offered. */
  readonly broken: (id: number) => ModuleGraph | undefined;
}

const base = "/broken/";
const PAGE = new Map([
  ["/simulator", ["page/index.html", "text/html; charset=utf-8"]],
  ["/static/kairos.css", ["../web/kairos.css", "text/css; charset=utf-8"]],
  ["/static/simulator.css", ["page/style.css", "text/css; charset=utf-8"]],
]);
const fromSources: PlaygroundModules = {
  sound: () => playgroundModules(),
  broken: (id) => brokenModules(id),
};

/**
 * The page `/simulator` with its modules. Files are read and modules prepared when somebody asks for them for the first
 * time, so that a node whose simulator nobody opens pays nothing.
 */
export function createPlayground(make: PlaygroundModules = fromSources): Playground {
  let modules: ModuleGraph | undefined;
  const broken = new Map<number, ModuleGraph | undefined>();
  const pages = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  const graphFor = (pathname: string): ModuleGraph | undefined => {
    if (pathname.startsWith("/modules/")) {
      modules ??= make.sound();
      return modules;
    }
    if (!pathname.startsWith(base)) return undefined;
    // What is not one of a few small numbers never becomes a key, so that the map cannot grow.
    const digits = /^[1-9][0-9]?(?=\/)/.exec(pathname.slice(base.length))?.[0];
    if (digits === undefined) return undefined;
    const id = Number(digits);
    if (!broken.has(id)) broken.set(id, make.broken(id));
    return broken.get(id);
  };
  return {
    answer: (pathname, request, response) => {
      const file = pageFile(pages, pathname);
      if (file !== undefined) {
        response.writeHead(200, { "content-type": file.type, "content-length": file.bytes.length }).end(file.bytes);
        return true;
      }
      let graph: ModuleGraph | undefined;
      try {
        graph = graphFor(pathname);
      } catch (error) {
        // A file that is missing or has changed on the disk must not take the dashboard with it.
        const text = `the simulator cannot be loaded: ${error instanceof Error ? error.message : String(error)}\n`;
        response.writeHead(500, { "content-type": "text/plain; charset=utf-8" }).end(text);
        return true;
      }
      return graph !== undefined && answerModule(graph, pathname, request, response);
    },
  };
}

function pageFile(pages: Map<string, { readonly type: string; readonly bytes: Buffer }>, pathname: string) {
  const known = pages.get(pathname);
  if (known !== undefined) return known;
  const [name, type] = PAGE.get(pathname) ?? [];
  if (name === undefined || type === undefined) return undefined;
  const file = { type, bytes: readFileSync(new URL(name, import.meta.url)) };
  pages.set(pathname, file);
  return file;
}
