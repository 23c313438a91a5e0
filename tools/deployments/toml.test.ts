import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "smol-toml";
import { root } from "./testing/root.ts";

const SKIPPED = new Set(["node_modules", ".git", ".polis", "tmp", "network", "lib", "vendor"]);

function tomlFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : tomlFiles(path);
    return entry.name.endsWith(".toml") ? [path] : [];
  });
}

/** What is wrong with the form of a file, by line; Biome formats everything else and no TOML. */
function problems(text: string): string[] {
  const lines = text.split("\n");
  const found = lines.flatMap((line, i) => {
    const say = (what: string) => `line ${i + 1}: ${what}`;
    const isTable = /^\[/.test(line);
    const before = lines[i - 1] ?? "";
    return [
      ...(/\s$/.test(line) ? [say("white space at the end")] : []),
      ...(line.includes("\t") ? [say("a tab")] : []),
      ...(line === "" && before === "" && i > 0 && i < lines.length - 1 ? [say("two empty lines")] : []),
      ...(isTable && i > 0 && before !== "" && !before.startsWith("#") ? [say("no empty line before a table")] : []),
      ...(/^[\w.-]+ *=/.test(line) && !/^[\w.-]+ = \S/.test(line) ? [say("want `key = value`")] : []),
    ];
  });
  return text.endsWith("\n") ? found : [...found, "no newline at the end"];
}

test("every TOML file reads and is formatted alike (kairos 20.5)", () => {
  const files = tomlFiles("");
  assert.ok(files.includes("config.example.toml") && files.includes("deployments/single/config.toml"));
  for (const file of files) {
    const text = readFileSync(join(root, file), "utf8");
    parse(text);
    assert.deepEqual(problems(text), [], file);
  }
});

test("bad form is found", () => {
  assert.deepEqual(problems("[a]\nb=1 \n[c]\n\n\n\td = 1"), [
    "line 2: white space at the end",
    "line 2: want `key = value`",
    "line 3: no empty line before a table",
    "line 5: two empty lines",
    "line 6: a tab",
    "no newline at the end",
  ]);
});
