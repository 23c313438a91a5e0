import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeModules } from "../web/writeModules.ts";
import { BROKEN_RULES } from "./model/presets.ts";
import { brokenModules, playgroundModules } from "./playgroundModules.ts";

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'";

/**
 * Writes the simulator's page with all that it loads into a folder, for a server of static files at any path. It asks no
 * other site for anything.
 * @returns how many files and bytes
 */
export function writePlayground(folder: string): { readonly files: number; readonly bytes: number } {
  mkdirSync(join(folder, "static"), { recursive: true });
  const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
  const html = read("page/index.html")
    .replace(
      '<meta charset="utf-8" />',
      `<meta charset="utf-8" />\n    <meta http-equiv="content-security-policy" content="${policy}" />`,
    )
    .replaceAll('href="/static/', 'href="static/')
    .replace("/modules/simulator.js", "modules/simulator.js")
    .replace(' · <a href="/">Dashboard</a>', "");
  writeFileSync(join(folder, "index.html"), html);
  let files = 1;
  let bytes = html.length;
  for (const [name, source] of [
    ["kairos.css", "../web/kairos.css"],
    ["simulator.css", "page/style.css"],
  ] as const) {
    const style = read(source);
    writeFileSync(join(folder, "static", name), style);
    files++;
    bytes += style.length;
  }
  for (const graph of [playgroundModules(true), ...BROKEN_RULES.map(([id]) => brokenModules(id, true)!)]) {
    writeModules(graph, folder);
    files += graph.files.size;
    bytes += graph.bytes;
  }
  return { files, bytes };
}
