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
  const page = (name: string) => readFileSync(new URL(`./page/${name}`, import.meta.url), "utf8");
  const html = page("index.html")
    .replace(
      '<meta charset="utf-8" />',
      `<meta charset="utf-8" />\n    <meta http-equiv="content-security-policy" content="${policy}" />`,
    )
    .replace("/static/simulator.css", "static/simulator.css")
    .replace("/modules/simulator.js", "modules/simulator.js")
    .replace(' · <a href="/">Dashboard</a>', "");
  writeFileSync(join(folder, "index.html"), html);
  const style = page("style.css");
  writeFileSync(join(folder, "static/simulator.css"), style);
  let files = 2;
  let bytes = html.length + style.length;
  for (const graph of [playgroundModules(true), ...BROKEN_RULES.map(([id]) => brokenModules(id, true)!)]) {
    writeModules(graph, folder);
    files += graph.files.size;
    bytes += graph.bytes;
  }
  return { files, bytes };
}
