import { readFileSync } from "node:fs";
import { hasPrefix, MAX_REGION_BYTES, parseIp } from "@polis/kratos";
import { SeedError } from "./errors.ts";

/** Where an address is; undefined when nobody said. */
export type RegionOf = (ip: string) => string | undefined;

const MAX_PREFIXES = 100_000;

/**
 * Reads a file of regions: one network and its region a line, such as `192.0.2.0/24 eu`; `#` begins a comment. The longest
 * prefix counts. Without a file all peers are of one region.
 * @throws SeedError naming the line that is wrong
 */
export function loadRegions(path: string | undefined): RegionOf {
  if (path === undefined) return () => undefined;
  const networks = readText(path)
    .split("\n")
    .flatMap((line, i) => readLine(path, line, i + 1))
    .sort((a, b) => b.bits - a.bits);
  if (networks.length > MAX_PREFIXES) throw wrong(path, `more than ${MAX_PREFIXES} networks`);
  return (text) => {
    const ip = parseIp(text);
    if (ip === undefined) return undefined;
    return networks.find(({ prefix, bits }) => prefix.length === ip.length && hasPrefix(ip, prefix, bits))?.region;
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new SeedError("REGION_FILE", `cannot read ${path}`, "check --region-file", { cause, exitCode: 2 });
  }
}

function readLine(path: string, line: string, number: number) {
  const words = line.split("#", 1)[0]!.trim();
  if (words === "") return [];
  const match = /^([0-9a-fA-F.:]+)\/([0-9]{1,3})\s+([\x21-\x7e]+)$/.exec(words);
  const prefix = match === null ? undefined : parseIp(match[1]!);
  const bits = Number(match?.[2]);
  const region = match?.[3] ?? "";
  if (prefix === undefined || bits > prefix.length * 8 || region.length > MAX_REGION_BYTES) {
    throw wrong(path, `line ${number} is not a network and a region`);
  }
  return [{ prefix, bits, region }];
}

function wrong(path: string, what: string): SeedError {
  return new SeedError("REGION_FILE", `${path}: ${what}`, "write lines such as 192.0.2.0/24 eu", { exitCode: 2 });
}
