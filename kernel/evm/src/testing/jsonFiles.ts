import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** The paths of all JSON files below a directory, in ascending order; of a file, itself. */
export function jsonFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((name) => {
      const inside = join(path, name);
      if (statSync(inside).isDirectory()) return jsonFiles(inside);
      return name.endsWith(".json") ? [inside] : [];
    });
}
