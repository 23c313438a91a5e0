import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "./root.ts";

/** Reads a YAML file of the repository; merge keys (`<<`) are resolved. Throws on a repeated key. */
export function readYaml<T>(path: string): T {
  return parse(readFileSync(join(root, path), "utf8"), { merge: true }) as T;
}
