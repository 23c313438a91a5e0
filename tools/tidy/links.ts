import type { Problem, Repo, RepoFile } from "./repo.ts";

/** Every link of a page to another file or heading of the repository leads somewhere. */
export function checkLinks(repo: Repo): Problem[] {
  const pages = new Map(repo.files.filter((file) => file.path.endsWith(".md")).map((file) => [file.path, file]));
  const folders = new Set([...repo.paths].flatMap((path) => foldersOf(path)));
  return [...pages.values()].flatMap((page) =>
    linksOf(page).flatMap(({ target, line }) => {
      const [path = "", anchor] = target.split("#");
      const place = path === "" ? page.path : resolve(page.path, path);
      if (!repo.paths.has(place) && !folders.has(place)) return [problem(page, line, `${target} is not there`)];
      const linked = pages.get(place);
      if (anchor === undefined || linked === undefined || anchorsOf(linked).has(anchor)) return [];
      return [problem(page, line, `${place} has no heading #${anchor}`)];
    }),
  );
}

/** Links and pictures within the repository; none in code blocks and code spans. */
function linksOf({ text }: RepoFile): { readonly target: string; readonly line: number }[] {
  return proseLines(text).flatMap(({ prose, line }) =>
    [...prose.replace(/`[^`]*`/g, "").matchAll(/\]\(([^()\s]+)\)/g)]
      .map((match) => ({ target: decodeURI(match[1]!), line }))
      .filter(({ target }) => !/^[a-z]+:/.test(target)),
  );
}

/** Anchors as GitHub makes them from headings, and those that a page sets itself. */
function anchorsOf({ text }: RepoFile): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { prose } of proseLines(text)) {
    for (const match of prose.matchAll(/<a (?:id|name)="([^"]+)"/g)) found.add(match[1]!);
    const heading = /^#{1,6} (.*)$/.exec(prose)?.[1];
    if (heading === undefined) continue;
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-");
    let unique = slug;
    for (let i = 1; found.has(unique); i++) unique = `${slug}-${i}`;
    found.add(unique);
  }
  return found;
}

function proseLines(text: string): { readonly prose: string; readonly line: number }[] {
  let inCode = false;
  return text.split("\n").flatMap((prose, i) => {
    const fence = /^\s*```/.test(prose);
    if (fence) inCode = !inCode;
    return fence || inCode ? [] : [{ prose, line: i + 1 }];
  });
}

function resolve(from: string, target: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of target.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

function foldersOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

function problem(page: RepoFile, line: number, message: string): Problem {
  return { rule: "link", file: page.path, line, message };
}
