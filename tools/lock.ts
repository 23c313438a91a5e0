import { readFileSync, writeFileSync } from "node:fs";

/**
 * Lets `npm ci` install every platform package on the Node versions we support: npm leaves an optional package out without
 * a word when the system's Node is older than its `engines`, although what we run is the Node that we pin.
 * Run after `npm install`: `node tools/lock.ts`.
 */
const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8")) as {
  readonly packages: Record<string, { optional?: boolean; os?: unknown; engines?: unknown }>;
};
for (const entry of Object.values(lock.packages)) {
  if (entry.optional === true && entry.os !== undefined) delete entry.engines;
}
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
