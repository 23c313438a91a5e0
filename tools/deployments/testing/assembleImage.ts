import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { prune } from "../../release/prune.ts";
import { instructions } from "./instructions.ts";
import { root } from "./root.ts";

/**
 * Does what an engine would do with the COPY instructions of the Dockerfile's second stage, then what the pruning step
 * does, so that the files of the image are in a folder. Other RUN instructions are the caller's.
 * @param target becomes the root of the image's file system: the program is in `target/app`
 * @returns every path that was copied, from the root of the repository
 */
export function assembleImage(target: string): readonly string[] {
  const context = buildContext();
  const copied: string[] = [];
  // The first stage copies everything and keeps the manifests.
  for (const path of context.filter((one) => /(^|\/)package(-lock)?\.json$/.test(one))) {
    mkdirSync(dirname(join(target, "app", path)), { recursive: true });
    cpSync(join(root, path), join(target, "app", path));
  }
  let folder = "/";
  for (const { keyword, words, flags, stage } of instructions()) {
    if (stage !== 2) continue;
    if (keyword === "WORKDIR") folder = words[0]!;
    if (keyword !== "COPY" || flags.length > 0) continue;
    const sources = words.slice(0, -1);
    const to = words.at(-1)!;
    for (const source of sources) {
      const files = context.filter((path) => path === source || path.startsWith(`${source}/`));
      if (files.length === 0) throw new Error(`COPY ${source}: the build context has no such file`);
      const isFile = files[0] === source;
      const base = join(target, to.startsWith("/") ? "" : folder, to);
      for (const path of files) {
        const name = isFile && to.endsWith("/") ? path.split("/").at(-1)! : path.slice(source.length + 1);
        const into = isFile && !to.endsWith("/") ? base : join(base, name);
        mkdirSync(dirname(into), { recursive: true });
        cpSync(join(root, path), into);
        copied.push(path);
      }
    }
  }
  prune(join(target, "app"), `${process.platform}-${process.arch}`);
  return copied;
}

/** The files that an engine is sent: all of the folder that .dockerignore lets through. */
export function buildContext(): readonly string[] {
  const rules = readFileSync(join(root, ".dockerignore"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ isKept: line.startsWith("!"), pattern: toPattern(line.replace(/^!/, "")) }));
  const isKept = (path: string): boolean => rules.findLast(({ pattern }) => pattern.test(path))?.isKept ?? true;
  const walk = (folder: string): string[] =>
    readdirSync(join(root, folder)).flatMap((name) => {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (["node_modules", ".git", ".polis", "tmp"].includes(name)) return [];
      return lstatSync(join(root, path)).isDirectory() ? walk(path) : isKept(path) ? [path] : [];
    });
  return walk("").sort();
}

/** `**` stands for any folders, `*` for a part of a name; what matches a folder matches everything in it. */
function toPattern(glob: string): RegExp {
  const body = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("**/", "\u0000")
    .replaceAll("*", "[^/]*")
    .replaceAll("\u0000", "(?:.*/)?");
  return new RegExp(`^${body}(?:/.*)?$`);
}
