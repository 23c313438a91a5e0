import { Resolver } from "node:dns/promises";
import type { Logger } from "@polis/ports";
import type { Config } from "../config/schema.ts";
import { readUpstream } from "./upstream.ts";

/** Looks up the TXT records of a name, each in its pieces. */
export type LookUpTxt = (name: string) => Promise<readonly (readonly string[])[]>;

const PREFIX = "kairos-peer=";
const MAX_NAMES = 16;
const MAX_PEERS = 64;
const TIMEOUT_MS = 3_000;

/**
 * The configuration with the peers that its `p2p.dns_seeds` name as further bootnodes (kairos N13). A name holds one TXT
 * record per peer: `kairos-peer=<Ed25519 key>@host:port`. The key is pinned, so a forged answer can hide peers, and not
 * stand in for them. What cannot be looked up or read is left out, and said.
 * @param lookUp replaced only by tests
 * @example (await withSeeds(config, logger)).p2p.bootnodes
 */
export async function withSeeds(config: Config, logger: Logger, lookUp: LookUpTxt = lookUpTxt): Promise<Config> {
  const { dnsSeeds, bootnodes } = config.p2p;
  if (dnsSeeds.length === 0) return config;
  const answers = await Promise.all(dnsSeeds.slice(0, MAX_NAMES).map((name) => peersOf(name, logger, lookUp)));
  const found = [...new Set([...bootnodes, ...answers.flat()])].slice(0, bootnodes.length + MAX_PEERS);
  return { ...config, p2p: { ...config.p2p, bootnodes: found } };
}

async function peersOf(name: string, logger: Logger, lookUp: LookUpTxt): Promise<readonly string[]> {
  try {
    const records = (await lookUp(name)).map((pieces) => pieces.join(""));
    const entries = records.filter((text) => text.startsWith(PREFIX)).map((text) => text.slice(PREFIX.length));
    const good = entries.filter((entry) => isUpstream(entry));
    logger.log("info", "a name was asked for peers", {
      name,
      peers: good.length,
      unreadable: entries.length - good.length,
    });
    return good;
  } catch (error) {
    logger.log("warn", "a name could not be asked for peers", { name, error: String(error) });
    return [];
  }
}

function isUpstream(entry: string): boolean {
  try {
    readUpstream(entry);
    return true;
  } catch {
    return false;
  }
}

function lookUpTxt(name: string): Promise<readonly (readonly string[])[]> {
  return new Resolver({ timeout: TIMEOUT_MS, tries: 2 }).resolveTxt(name);
}
