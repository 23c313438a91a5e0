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

const base = "/broken/";

/**
 * The page `/simulator` with its modules. Files are read and modules prepared when somebody asks for them for the first
 * time, so that a node whose simulator nobody opens pays nothing.
 */
export function createPlayground(): Playground {
  let modules: ModuleGraph | undefined;
  const broken = new Map<number, ModuleGraph | undefined>();
  const pages = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  const graphFor = (pathname: string): ModuleGraph | undefined => {
    if (pathname.startsWith("/modules/")) {
      modules ??= playgroundModules();
      return modules;
    }
    if (!pathname.startsWith(base)) return undefined;
    // What is not one of a few small numbers never becomes a key, so that the map cannot grow.
    const id = Number(pathname.slice(base.length, base.length + 3).split("/")[0]);
    if (!Number.isSafeInteger(id) || id < 1 || id > 99) return undefined;
    if (!broken.has(id)) broken.set(id, brokenModules(id));
    return broken.get(id);
  };
  return {
    answer: (pathname, request, response) => {
      const file = pageFile(pages, pathname);
      if (file !== undefined) {
        response.writeHead(200, { "content-type": file.type, "content-length": file.bytes.length }).end(file.bytes);
        return true;
      }
      const graph = graphFor(pathname);
      return graph !== undefined && answerModule(graph, pathname, request, response);
    },
  };
}

function pageFile(pages: Map<string, { readonly type: string; readonly bytes: Buffer }>, pathname: string) {
  const known = pages.get(pathname);
  if (known !== undefined) return known;
  const [name, type] =
    pathname === "/simulator"
      ? ["index.html", "text/html; charset=utf-8"]
      : pathname === "/static/simulator.css"
        ? ["style.css", "text/css; charset=utf-8"]
        : [];
  if (name === undefined || type === undefined) return undefined;
  const file = { type, bytes: readFileSync(new URL(`./page/${name}`, import.meta.url)) };
  pages.set(pathname, file);
  return file;
}
